#!/usr/bin/perl
# Starts a program with a socket on which it tells systemd how it is (sd_notify(3)): Node has no call for sockets of this kind, and a
# process started for each word would be slower and could be taken for another. The program finds its number in $NOTIFY_FD.
# Usage: notify.pl PROGRAM ARGUMENT…   (perl-base is on every Debian)
use strict;
use warnings;
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use Socket qw(AF_UNIX SOCK_DGRAM pack_sockaddr_un);

# What is opened from here on stays open in the program.
$^F = 255;
if (my $path = $ENV{NOTIFY_SOCKET}) {
    # Of an abstract socket the first byte is written as '@'.
    $path =~ s/^\@/\0/;
    # Without waiting: a systemd that is busy must not hold the program.
    my $socket;
    if (   socket($socket, AF_UNIX, SOCK_DGRAM, 0)
        && connect($socket, pack_sockaddr_un($path))
        && fcntl($socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK))
    {
        $ENV{NOTIFY_FD} = fileno $socket;
        exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!\n";
    }
}
exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!\n";
