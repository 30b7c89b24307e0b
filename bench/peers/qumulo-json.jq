# Qumulo JSON lines to flat JSON: jq -R -c -f qumulo-json.jq
index(" - - - ") as $at | (.[0:$at] | split(" ")) as $words | (.[$at + 7:] | fromjson)
| {time: $words[1], host: $words[2], program: $words[3], ip: .user_ip, user: .user_id.name, sid: .user_id.sid, auth_id: .user_id.auth_id,
   protocol, operation, status, file_id: .details.file_id, path: .details.path, target: (.details.target // ""),
   offset: (.details.offset // ""), size: (.details.size // ""), file_size: (.details.file_size // "")}
