#!/bin/sh
# The gate of a hub that is the home's gateway: what keeps the chosen devices' traffic from going round the hub, whatever becomes of
# the hub, its socket and its redirection. Run as root by hubsieve-gate.service, hubsieve-gate-watch.service and
# hubsieve-redirect.service, and by `hubsieve gate`.
#   gate.sh load         the gate stands, by gateway.nft, or with a fault in it by the copy that worked last
#   gate.sh door         the redirection to the hub's transparent socket, and the routes that it needs
#   gate.sh door-off     none: the gate rejects what it would have brought
#   gate.sh open|close   all chosen devices go round the hub, until `close` or the next boot · none does
#   gate.sh watch        keeps the gate as it was loaded and its state in $RUN/state, until it is stopped
#   gate.sh state        writes that state now, and prints it
#   gate.sh remove       nothing of all this is left
set -u
PATH=/usr/sbin:/usr/bin:/sbin:/bin
HERE=$(dirname "$(readlink -f "$0")")
CONFIG=${GATE_CONFIG:-/etc/hubsieve/gateway.nft}
# What worked last, for a boot with a fault in $CONFIG.
KEPT=${GATE_STATE:-/var/lib/hubsieve-gate}
# What counts until the next boot: `loaded` (the rules as they were loaded), `opened`, `state` (readable by all: the hub reads it).
RUN=${GATE_RUN:-/run/hubsieve-gate}
# Table 72 is 0x48, the mark (door.nft).
MARK=0x48
TABLE=72
# Rules of the routes that stand in for nft where it does not work; in front of the system's own, behind its table of local addresses.
STAND_IN=71
# Seconds between two looks, and so how old the state may be.
LOOK=20

# ── what is loaded ──

has_table() { nft list table inet hubsieve >/dev/null 2>&1; }
has_door() { nft list chain inet hubsieve to_door >/dev/null 2>&1; }
is_open() { [ -e "$RUN/opened" ]; }

# The gate's own rules and sets as the kernel has them, without what changes while it stands (opened, let_through, the door).
rules_now() {
	nft -s list chain inet hubsieve gate 2>/dev/null &&
		nft list set inet hubsieve routed 2>/dev/null && nft list set inet hubsieve door_ports 2>/dev/null
}

# MAC addresses of those let through, one a line.
let_through() {
	nft list set inet hubsieve let_through 2>/dev/null | grep -Eo '([0-9a-f]{2}:){5}[0-9a-f]{2}' || true
}

# The whole transaction for the variables in file $1: what stands now is replaced, and who was let through stays so.
transaction() {
	echo 'table inet hubsieve'
	echo 'delete table inet hubsieve'
	cat "$1" "$HERE/gate.nft"
	if has_door; then cat "$HERE/door.nft"; fi
	if is_open; then echo 'add rule inet hubsieve opened accept'; fi
	let_through | sed 's/.*/add element inet hubsieve let_through { & }/'
}

# Loads by file $1; what nft says of a fault goes to $RUN/fault.
load_by() {
	[ -r "$1" ] || {
		echo "$1 is not there or cannot be read" >"$RUN/fault"
		return 1
	}
	transaction "$1" >"$RUN/new.$$" && nft -f "$RUN/new.$$" 2>"$RUN/fault.$$" && rm -f "$RUN/new.$$" "$RUN/fault.$$" && return 0
	# Lines are those of the transaction: two stand before the household's file.
	sed -n "s|^$RUN/new.$$:\\([0-9]*\\):[0-9-]*: |\\1 |p" "$RUN/fault.$$" | head -n 1 | while read -r line text; do
		echo "$1:$((line - 2)): $text"
	done >"$RUN/fault"
	[ -s "$RUN/fault" ] || head -n 1 "$RUN/fault.$$" >"$RUN/fault"
	[ -s "$RUN/fault" ] || echo 'nft does not work' >"$RUN/fault"
	rm -f "$RUN/new.$$" "$RUN/fault.$$"
	return 1
}

load() {
	if load_by "$CONFIG"; then
		rm -f "$RUN/fault"
		# Whole or not at all, so that a power cut leaves the copy before.
		cp "$CONFIG" "$KEPT/gateway.nft.new" && sync "$KEPT/gateway.nft.new" && mv "$KEPT/gateway.nft.new" "$KEPT/gateway.nft"
		stand_in_off
	else
		echo "gate: $(cat "$RUN/fault")"
		if has_table; then
			echo 'gate: it stands as it was loaded before'
		elif [ -r "$KEPT/gateway.nft" ] && mv "$RUN/fault" "$RUN/fault.first" && load_by "$KEPT/gateway.nft"; then
			echo 'gate: loaded by the copy that worked last'
			stand_in_off
		elif [ -r "$KEPT/gateway.nft" ] && stand_in; then
			echo 'gate: nft does not work; nothing of the home is forwarded to the ports of the doors, whatever device it is'
		fi
		if [ -e "$RUN/fault.first" ]; then mv "$RUN/fault.first" "$RUN/fault"; fi
	fi
	if rules_now >"$RUN/loaded.$$"; then mv "$RUN/loaded.$$" "$RUN/loaded"; fi
	state >/dev/null
	[ ! -e "$RUN/fault" ]
}

# ── the door ──

routes_of() { ip "$1" rule show 2>/dev/null | grep -c "fwmark $MARK lookup $TABLE"; }

# One rule for each family, however often this runs, and whatever an earlier version left.
route_marked() {
	for family in -4 -6; do
		rules=$(routes_of "$family")
		while [ "$rules" -gt 1 ]; do
			ip "$family" rule del fwmark $MARK lookup $TABLE || return 1
			rules=$((rules - 1))
		done
		if [ "$rules" = 0 ]; then ip "$family" rule add fwmark $MARK lookup $TABLE || return 1; fi
	done
	# Marked packets are for this machine, wherever they were going: the other half of tproxy.
	ip -4 route replace local 0.0.0.0/0 dev lo table $TABLE && ip -6 route replace local ::/0 dev lo table $TABLE
}

unroute_marked() {
	for family in -4 -6; do
		while ip "$family" rule del fwmark $MARK lookup $TABLE 2>/dev/null; do :; done
		ip "$family" route flush table $TABLE 2>/dev/null
	done
}

door() {
	route_marked || return 1
	if has_door; then nft -f - <<-END
		delete chain inet hubsieve to_door
		$(cat "$HERE/door.nft")
	END
	else nft -f "$HERE/door.nft"; fi
}

door_off() {
	if has_door; then nft delete chain inet hubsieve to_door; fi
	unroute_marked
}

# ── where nft itself does not work ──

# By routes a device cannot be told by its MAC: the whole home's interface is kept from those ports. (Its names from the copy that worked.)
# 6 is TCP, 17 UDP: a small Debian has no /etc/protocols.
stand_in() {
	stand_in_off
	done=1
	for link in $(sed -n 's/^define home_link = *//p' "$KEPT/gateway.nft" | tr -c '[:alnum:]._-' ' '); do
		for family in -4 -6; do
			for port in $(sed -n 's/^define routed_ports = *//p' "$KEPT/gateway.nft" | tr -c '[:digit:]' ' '); do
				ip "$family" rule add pref $STAND_IN iif "$link" ipproto 6 dport "$port" prohibit && done=0
			done
			for port in 80 443; do
				ip "$family" rule add pref $STAND_IN iif "$link" ipproto 17 dport "$port" prohibit
			done
		done
	done
	return $done
}

stand_in_off() {
	for family in -4 -6; do
		while ip "$family" rule del pref $STAND_IN 2>/dev/null; do :; done
	done
}

has_stand_in() { ip -4 rule show pref $STAND_IN 2>/dev/null | grep -q prohibit; }

# ── open and close ──

open_gate() {
	touch "$RUN/opened"
	nft -f - <<-END
		flush chain inet hubsieve opened
		add rule inet hubsieve opened accept
	END
	stand_in_off
	echo 'gate: OPEN, all chosen devices go round the hub, until `hubsieve gate close` or the next boot'
}

close_gate() {
	rm -f "$RUN/opened"
	nft flush chain inet hubsieve opened || load
}

# ── the state, for the hub's page, its doctor and its log ──

state_text() {
	if ! has_table; then
		if has_stand_in; then echo 'gate stand_in'; else echo 'gate missing'; fi
	elif ! nft list chain inet hubsieve opened 2>/dev/null | grep -q accept; then
		if nft list chain inet hubsieve gate 2>/dev/null | grep -q reject; then echo 'gate closed'; else echo 'gate missing'; fi
	else echo 'gate open'; fi
	if has_door; then echo 'door loaded'; else echo 'door none'; fi
	echo "routes $(routes_of -4) $(routes_of -6)"
	for link in $(nft list set inet hubsieve home_links 2>/dev/null | grep -o '"[^"]*"' | tr -d '"'); do
		if [ -e "/sys/class/net/$link" ]; then echo "link $link"; else echo "link_gone $link"; fi
	done
	nft list set inet hubsieve routed 2>/dev/null | grep -Eo '([0-9a-f]{2}:){5}[0-9a-f]{2}' | sed 's/^/device /'
	let_through | sed 's/^/through /'
	if [ -s "$RUN/fault" ]; then sed -n '1s/^/fault /p' "$RUN/fault"; fi
}

# Written whole; its time is that of the last look.
state() {
	state_text >"$RUN/state.$$" && chmod 0644 "$RUN/state.$$" && mv "$RUN/state.$$" "$RUN/state" && cat "$RUN/state"
}

# ── the watch ──

# What was loaded must be what stands: other programs flush rulesets (nftables.service does at each start).
ensure() {
	[ -e "$RUN/loaded" ] || return 0
	if rules_now >"$RUN/now.$$" && cmp -s "$RUN/now.$$" "$RUN/loaded"; then return 0; fi
	echo 'gate: something has changed or removed it; it is loaded again'
	load
	# The door was in the same table.
	if systemctl -q is-active hubsieve-redirect.service 2>/dev/null && ! has_door; then door; fi
}

watch() {
	said=''
	look() {
		flock 9
		ensure
		now=$(state)
		flock -u 9
		if [ "$now" != "$said" ]; then echo "$now" | sed 's/^/gate: state: /' | grep -v ' device '; fi
		said=$now
	}
	look
	{
		nft monitor &
		monitor=$!
		# A monitor that has ended ends this, and systemd starts it anew.
		while sleep $LOOK; do
			kill -0 $monitor 2>/dev/null || exit 1
			echo look
		done
	} | while read -r event; do
		case $event in
		look | *'inet hubsieve'*) look ;;
		esac
	done
}

remove() {
	rm -f "$RUN/loaded"
	nft delete table inet hubsieve 2>/dev/null
	unroute_marked
	stand_in_off
	rm -rf "${RUN:?}" "${KEPT:?}"
}

umask 022
mkdir -p "$RUN" "$KEPT" || exit 1
# One at a time: units, the watch and people start this. The watch takes it for each look.
exec 9>"$RUN/lock"
[ "${1:-}" = watch ] || flock 9
case ${1:-} in
load) load ;;
door) door && state >/dev/null ;;
door-off)
	door_off
	state >/dev/null
	;;
open) open_gate && state >/dev/null ;;
close) close_gate && state >/dev/null ;;
state) state ;;
watch) watch ;;
remove) remove ;;
*)
	echo 'usage: gate.sh load | door | door-off | open | close | watch | state | remove' >&2
	exit 2
	;;
esac
