# Qumulo CSV lines to flat JSON. Control characters are not escaped.
function quote(s) { gsub(/\\/, "\\\\\\\\", s); gsub(/"/, "\\\"", s); return "\"" s "\"" }
function plain(   at, value) { at = index(rest, ","); value = substr(rest, 1, at - 1); rest = substr(rest, at + 1); return "\"" value "\"" }
function quoted(   value, at) {
  rest = substr(rest, 2); value = ""
  while ((at = index(rest, "\"")) > 0) {
    value = value substr(rest, 1, at - 1); rest = substr(rest, at + 1)
    if (substr(rest, 1, 1) != "\"") break
    value = value "\""; rest = substr(rest, 2)
  }
  rest = substr(rest, 2)
  return quote(value)
}
{
  rest = $0
  for (i = 1; i <= 7; i++) { at = index(rest, " "); word[i] = substr(rest, 1, at - 1); rest = substr(rest, at + 1) }

  out = "{\"time\":\"" word[2] "\",\"host\":\"" word[3] "\",\"program\":\"" word[4] "\",\"ip\":" plain()
  out = out ",\"user\":" quoted() ",\"protocol\":" plain() ",\"operation\":" plain() ",\"status\":" plain() ",\"file_id\":" plain()
  print out ",\"path\":" quoted() ",\"target\":" quoted() "}"
}
