# Stands in for systemd: prints each word that arrives at the socket in $ARGV[0], one a line, its lines joined by a bar.
use strict;
use warnings;
use Socket qw(AF_UNIX SOCK_DGRAM pack_sockaddr_un);

$| = 1;
my $socket;
socket($socket, AF_UNIX, SOCK_DGRAM, 0) && bind($socket, pack_sockaddr_un($ARGV[0])) or die $!;
print "bound\n";
while (defined recv($socket, my $word, 4096, 0)) {
    $word =~ s/\n/|/g;
    print "$word\n";
}
