#!/usr/bin/env bash
# A systemd as PID 1 of namespaces of its own, which runs the units of DIR/units as a host would, sandbox and all. What the
# machine itself runs is neither started nor seen; DIR/lib is /usr/lib/ephemeral-port-exporter there. Usage: systemd-host.sh DIR
set -euo pipefail
directory=$1

if [[ ${2-} != inside ]]; then
  # A cgroup of our own in each hierarchy that systemd uses, and it the root of what is seen inside.
  name=eph-systemd-$$
  for hierarchy in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
    [[ -e $hierarchy/cgroup.procs ]] || continue
    mkdir "$hierarchy/$name"
    echo $$ >"$hierarchy/$name/cgroup.procs"
  done
  exec unshare --fork --kill-child --pid --mount --cgroup --net --uts --ipc bash "$0" "$directory" inside
fi

mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /var/lib
if [[ -e /sys/fs/cgroup/cgroup.procs ]]; then
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
else
  mount -t tmpfs tmpfs /sys/fs/cgroup
  mkdir /sys/fs/cgroup/systemd /sys/fs/cgroup/unified
  mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
  mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified
fi
# Only our units: neither the machine's own nor what generators make of its old scripts.
mount --bind "$directory/units" /usr/lib/systemd/system
for folder in /etc/systemd/system /etc/init.d /usr/lib/systemd/system-generators; do mount -t tmpfs tmpfs "$folder"; done
mount --bind "$directory/lib" /usr/lib/ephemeral-port-exporter
ip link set lo up
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /usr/lib/systemd/systemd --system --unit=multi-user.target --log-target=console --show-status=0
