# QNAP RFC 3164 lines to flat JSON.
use strict;
my %month; @month{qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec)} = map { sprintf '%02d', $_ } 1 .. 12;
my $year = 1900 + (gmtime)[5];
sub quote { my $s = shift; $s =~ s/([\x00-\x1f"\\])/$1 eq '"' || $1 eq '\\' ? "\\$1" : sprintf('\\u%04x', ord $1)/ge; "\"$s\"" }
while (<STDIN>) {
  chomp;
  my ($mon, $day, $clock, $host, $program, $log, $user, $ip, $computer, $rest) =
    /^<\d+>(\w{3}) ([ \d]\d) (\S+) (\S+) (\w+)\[\d+\]: (conn|event) log: Users: (.*?), Source IP: (.*?), Computer name: (.*?), (.*)$/ or next;
  $day =~ tr/ /0/;
  my $out = "{\"time\":\"$year-$month{$mon}-${day}T${clock}Z\",\"host\":" . quote($host) . ",\"program\":" . quote($program)
    . ",\"user\":" . quote($user) . ",\"ip\":" . quote($ip) . ",\"computer\":" . quote($computer);
  if ($log eq 'conn') {
    my ($type, $resource, $action) = $rest =~ /^Connection type: (.*?), Accessed resources: (.*), Action: (.*)$/ or next;
    print $out, ",\"type\":", quote($type), ",\"resource\":", quote($resource), ",\"action\":", quote($action), "}\n";
  } else {
    my ($application, $category, $content) = $rest =~ /^Application: (.*?), Category: (.*?), Content: (.*)$/ or next;
    print $out, ",\"application\":", quote($application), ",\"category\":", quote($category), ",\"content\":", quote($content), "}\n";
  }
}
