#!/bin/sh
# Lets the devices pass the hub by that the household chose for the time when the hub fails ("Let through" on the device's page).
# Run as root by hubsieve.service (ExecStartPre=+, ExecStopPost=+), because nftables take a right that the hub itself shall not have.
#   let-through.sh close         nobody is let through: before the hub starts
#   let-through.sh open FILE     the devices of FILE are, if the hub has failed: after it has ended
# FILE is written by the hub, which is not trusted with more than this: of it only lines count that are one MAC address.
set -eu
# No gateway here (the gate, gate.nft, is not loaded): there is nothing to open or to close.
nft list set inet hubsieve let_through >/dev/null 2>&1 || exit 0

case "${1:-}" in
close)
	# A failure here keeps the hub from starting: devices that go round it would not be noticed.
	nft flush set inet hubsieve let_through
	;;
open)
	# A hub that was stopped on purpose has not failed; the homes of those who stop it stay closed.
	[ "${SERVICE_RESULT:-}" != success ] || exit 0
	# More than a home has (household/devices.ts, MOST).
	grep -Ex '([0-9a-f]{2}:){5}[0-9a-f]{2}' "$2" 2>/dev/null | head -n 1024 | while read -r mac; do
		nft add element inet hubsieve let_through "{ $mac }"
	done
	;;
*)
	echo "usage: let-through.sh close | open FILE" >&2
	exit 2
	;;
esac
