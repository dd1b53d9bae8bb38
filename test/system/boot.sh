#!/bin/bash
# Boots the systemd of a Debian tree in namespaces of its own (but that of the network, which is the caller's), on a layer of its own.
# Usage: boot.sh TREE WORK CHECKOUT NODE CGROUP. Without a checkout (an empty word) the machine is a bare Debian. WORK keeps what the machine writes to its disk over boots. CGROUP names a control group:
# machines that shared one would stop each other's services. (`ip netns exec` has put another /sys in the place of the system's.)
set -e
mkdir -p "$2/cgroup"
mount -t cgroup2 cgroup2 "$2/cgroup"
mkdir "$2/cgroup/$5"
echo $$ >"$2/cgroup/$5/cgroup.procs"
exec unshare -m -p -u -i -C --fork --kill-child bash -c '
set -e
tree=$0 work=$1 checkout=$2 node=$3
mount --make-rprivate /
mkdir -p "$work/disk" "$work/work" "$work/root"
mount -t overlay overlay -o "lowerdir=$tree,upperdir=$work/disk,workdir=$work/work" "$work/root"
root=$work/root
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys" -o ro
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs tmpfs "$root/dev" -o mode=755
for device in null zero full random urandom tty; do
	touch "$root/dev/$device"
	mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts devpts "$root/dev/pts" -o newinstance,ptmxmode=0666,mode=620
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for one in "0 stdin" "1 stdout" "2 stderr"; do ln -s "/proc/self/fd/${one% *}" "$root/dev/${one#* }"; done
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t tmpfs tmpfs "$root/run" -o mode=755
mount -t tmpfs tmpfs "$root/tmp"
mkdir -p "$root/.old"
if [ -n "$checkout" ]; then
	mkdir -p "$root/opt/hubsieve"
	mount --bind "$checkout" "$root/opt/hubsieve"
	mount -o remount,bind,ro "$root/opt/hubsieve"
	[ -e "$root/usr/bin/node" ] || touch "$root/usr/bin/node"
	mount --bind "$node" "$root/usr/bin/node"
fi
hostname hub
cd "$root"
pivot_root . .old
umount -l /.old
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=journal --show-status=no
' "$@"
