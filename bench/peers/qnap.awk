# QNAP RFC 3164 lines to flat JSON. Labels are found from the left; control characters are not escaped.
function quote(s) { gsub(/\\/, "\\\\\\\\", s); gsub(/"/, "\\\"", s); return "\"" s "\"" }
function upto(label,   at, value) {
  at = index(rest, label)
  if (at == 0) { value = rest; rest = ""; return value }
  value = substr(rest, 1, at - 1); rest = substr(rest, at + length(label)); return value
}
BEGIN {
  split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", names, " ")
  for (i = 1; i <= 12; i++) month[names[i]] = sprintf("%02d", i)
  if (year == "") year = strftime("%Y")
}
{
  at = index($0, ">"); stamp = substr($0, at + 1, 15); rest = substr($0, at + 17)
  day = substr(stamp, 5, 2); sub(/ /, "0", day)
  host = upto(" "); tag = upto("]: "); program = substr(tag, 1, index(tag, "[") - 1)
  head = "{\"time\":\"" year "-" month[substr(stamp, 1, 3)] "-" day "T" substr(stamp, 8) "Z\",\"host\":" quote(host) ",\"program\":" quote(program)
  log_name = upto(" log: Users: ")
  head = head ",\"user\":" quote(upto(", Source IP: ")) ",\"ip\":" quote(upto(", Computer name: "))
  if (log_name == "conn")
    print head ",\"computer\":" quote(upto(", Connection type: ")) ",\"type\":" quote(upto(", Accessed resources: ")) ",\"resource\":" quote(upto(", Action: ")) ",\"action\":" quote(rest) "}"
  else
    print head ",\"computer\":" quote(upto(", Application: ")) ",\"application\":" quote(upto(", Category: ")) ",\"category\":" quote(upto(", Content: ")) ",\"content\":" quote(rest) "}"
}
