# Qumulo JSON lines to flat JSON: the literals are spliced, not parsed, so that a broken line makes broken JSON.
function text(key,   at, rest, value, end) {
  at = index($0, "\"" key "\": \""); if (at == 0) return "\"\""
  rest = substr($0, at + length(key) + 5); value = "\""
  while ((end = index(rest, "\"")) > 0) {
    value = value substr(rest, 1, end); rest = substr(rest, end + 1)
    # The quote is escaped if an odd number of backslashes stands before it.
    if (!match(value, /\\+"$/) || RLENGTH % 2 == 1) break
  }
  return value
}
function digits(key,   at, rest) {
  at = index($0, "\"" key "\": "); if (at == 0) return "\"\""
  rest = substr($0, at + length(key) + 4); match(rest, /^[0-9]+/); return substr(rest, 1, RLENGTH)
}
{
  print "{\"time\":\"" $2 "\",\"host\":\"" $3 "\",\"program\":\"" $4 "\",\"ip\":" text("user_ip") ",\"user\":" text("name") ",\"sid\":" text("sid") ",\"auth_id\":" text("auth_id") ",\"protocol\":" text("protocol") ",\"operation\":" text("operation") ",\"status\":" text("status") ",\"file_id\":" text("file_id") ",\"path\":" text("path") ",\"target\":" text("target") ",\"offset\":" digits("offset") ",\"size\":" digits("size") ",\"file_size\":" digits("file_size") "}"
}
