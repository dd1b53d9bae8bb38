#!/usr/bin/perl
# Stands for systemd and hubsieve-neighbours.socket: opens a netlink socket to the tables of routes and neighbours, and runs a program that
# inherits it as descriptor 3. Usage: netlink.pl COMMAND…
use strict;
use warnings;
use Fcntl;
use POSIX ();
use Socket;

use constant { AF_NETLINK => 16, FIRST => 3 };
socket(my $tables, AF_NETLINK, SOCK_RAW, 0) or die "socket: $!";
bind($tables, pack('SSLL', AF_NETLINK, 0, 0, 0)) or die "bind: $!";
fcntl($tables, F_SETFL, O_NONBLOCK) or die "nonblock: $!";
if (fileno($tables) != FIRST) { POSIX::dup2(fileno($tables), FIRST) // die "dup2: $!" }
else { fcntl($tables, F_SETFD, 0) or die "fcntl: $!" }
exec { $ARGV[0] } @ARGV or die "exec: $!";
