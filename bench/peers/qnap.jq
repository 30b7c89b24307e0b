# QNAP RFC 3164 lines to flat JSON: jq -R -c -f qnap.jq
{"Jan":"01","Feb":"02","Mar":"03","Apr":"04","May":"05","Jun":"06","Jul":"07","Aug":"08","Sep":"09","Oct":"10","Nov":"11","Dec":"12"} as $month
| (now | strftime("%Y")) as $year
| index(">") as $at | .[$at + 1:] as $line
| ($line[16:] | split(" ")) as $words
| {time: ($year + "-" + $month[$line[0:3]] + "-" + ($line[4:6] | sub(" "; "0")) + "T" + $line[7:15] + "Z"), host: $words[0], program: ($words[1] | split("[")[0])}
  + ($line | split(" log: Users: ")[1] | split(", Source IP: ") as $a | ($a[1] | split(", Computer name: ")) as $b
    | {user: $a[0], ip: $b[0]}
      + if ($line | contains("]: conn log: ")) then
          ($b[1] | split(", Connection type: ")) as $c | ($c[1] | split(", Accessed resources: ")) as $d | ($d[1] | split(", Action: ")) as $e
          | {computer: $c[0], type: $d[0], resource: $e[0], action: $e[1]}
        else
          ($b[1] | split(", Application: ")) as $c | ($c[1] | split(", Category: ")) as $d | ($d[1] | split(", Content: ")) as $e
          | {computer: $c[0], application: $d[0], category: $e[0], content: $e[1]}
        end)
