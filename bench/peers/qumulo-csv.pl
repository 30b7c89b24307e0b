# Qumulo CSV lines to flat JSON.
use strict;
sub quote { my $s = shift; $s =~ s/([\x00-\x1f"\\])/$1 eq '"' || $1 eq '\\' ? "\\$1" : sprintf('\\u%04x', ord $1)/ge; "\"$s\"" }
my @keys = qw(time host program ip user protocol operation status file_id path target);
while (<STDIN>) {
  chomp;
  my @values = /^<\d+>1 (\S+) (\S+) (\S+) - - - ([^,]*),"((?:[^"]|"")*)",([^,]*),([^,]*),([^,]*),([^,]*),"((?:[^"]|"")*)","((?:[^"]|"")*)"$/ or next;
  s/""/"/g for @values[4, 9, 10];
  print '{', join(',', map { "\"$keys[$_]\":" . quote($values[$_]) } 0 .. $#keys), "}\n";
}
