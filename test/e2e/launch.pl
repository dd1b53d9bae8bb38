#!/usr/bin/perl
# Stands for systemd and hubsieve-transparent.socket: opens a transparent listening socket as root, then becomes an unprivileged
# program that inherits it as descriptor 3 (sd_listen_fds(3)). Usage: launch.pl PORT UID COMMAND…
use strict;
use warnings;
use POSIX ();
use Socket qw(:DEFAULT IN6ADDR_ANY pack_sockaddr_in6);

use constant { SOL_IPV6 => 41, IPV6_TRANSPARENT => 75, FIRST => 3, BACKLOG => 512 };
my ($port, $uid, @command) = @ARGV;

socket(my $door, AF_INET6, SOCK_STREAM, 0) or die "socket: $!";
setsockopt($door, SOL_SOCKET, SO_REUSEADDR, 1) or die "reuse: $!";
setsockopt($door, SOL_IPV6, IPV6_TRANSPARENT, 1) or die "transparent: $!";
bind($door, pack_sockaddr_in6($port, IN6ADDR_ANY)) or die "bind: $!";
listen($door, BACKLOG) or die "listen: $!";
if (fileno($door) != FIRST) { POSIX::dup2(fileno($door), FIRST) // die "dup2: $!" }
else { fcntl($door, 2, 0) or die "fcntl: $!" }    # F_SETFD: no close-on-exec

$( = $uid;
$) = "$uid $uid";
POSIX::setuid($uid) or die "setuid: $!";
$ENV{LISTEN_FDS} = 1;
$ENV{LISTEN_PID} = $$;
exec { $command[0] } @command or die "exec: $!";
