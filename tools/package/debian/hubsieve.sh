#!/bin/sh
# The commands of the installed hub. They read its own config and its own folder, where no others are named.
export HUBSIEVE_CONFIG="${HUBSIEVE_CONFIG-/etc/hubsieve/hubsieve.yaml}" STATE_DIRECTORY="${STATE_DIRECTORY-/var/lib/hubsieve}"
exec /usr/bin/node /opt/hubsieve/dist/cli.js "$@"
