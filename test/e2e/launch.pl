#!/usr/bin/perl
# Stands for systemd, hubsieve-transparent.socket and hubsieve-neighbours.socket: opens a transparent listening socket and one of netlink
# as root, then becomes an unprivileged program that inherits them as descriptors 3 and 4 (sd_listen_fds(3)).
# Usage: launch.pl PORT UID COMMAND…
use strict;
use warnings;
use Fcntl;
use POSIX ();
use Socket qw(:DEFAULT IN6ADDR_ANY pack_sockaddr_in6);

use constant { SOL_IPV6 => 41, IPV6_TRANSPARENT => 75, FIRST => 3, BACKLOG => 512, AF_NETLINK => 16 };
my ($port, $uid, @command) = @ARGV;

socket(my $door, AF_INET6, SOCK_STREAM, 0) or die "socket: $!";
setsockopt($door, SOL_SOCKET, SO_REUSEADDR, 1) or die "reuse: $!";
setsockopt($door, SOL_IPV6, IPV6_TRANSPARENT, 1) or die "transparent: $!";
bind($door, pack_sockaddr_in6($port, IN6ADDR_ANY)) or die "bind: $!";
listen($door, BACKLOG) or die "listen: $!";
socket(my $tables, AF_NETLINK, SOCK_RAW, 0) or die "netlink: $!";
bind($tables, pack('SSLL', AF_NETLINK, 0, 0, 0)) or die "bind: $!";
fcntl($tables, F_SETFL, O_NONBLOCK) or die "nonblock: $!";
my $next = FIRST;
for my $socket ($door, $tables) {
    if (fileno($socket) != $next) { POSIX::dup2(fileno($socket), $next) // die "dup2: $!" }
    else { fcntl($socket, F_SETFD, 0) or die "fcntl: $!" }    # no close-on-exec
    $next++;
}

$( = $uid;
$) = "$uid $uid";
POSIX::setuid($uid) or die "setuid: $!";
$ENV{LISTEN_FDS} = 2;
$ENV{LISTEN_FDNAMES} = "hubsieve-transparent.socket:neighbours";
$ENV{LISTEN_PID} = $$;
exec { $command[0] } @command or die "exec: $!";
