# Called by enter.sh in new namespaces: builds the view of the peers and becomes their process 1.
# usage: inside.sh PEERS_DIRECTORY TREE DOTNET COMMAND...
set -eu

peers=$1 tree=$2 dotnet=$3
shift 3
new=$peers/root

mount --make-rprivate /
# Which controllers share a hierarchy is read from the machine, before its mounts are out of sight.
hierarchies=$(awk '$3 == "cgroup" || $3 == "cgroup2" { print $2, $3, $4 }' /proc/self/mounts)
mount --bind "$new" "$new"
mount -t proc proc "$new/proc"
mount -t sysfs sysfs "$new/sys"
mount --rbind /dev "$new/dev"
mount -t tmpfs -o mode=755 tmpfs "$new/run"
mount -t tmpfs -o mode=1777 tmpfs "$new/tmp"
for shared in "$tree" "$dotnet"; do
  mkdir -p "$new$shared"
  mount --bind "$shared" "$new$shared"
done
for data in /var/lib/docker /var/lib/containerd /var/lib/containers /var/lib/inro; do
  mkdir -p "$new$data" "$peers/data$data"
  mount --bind "$peers/data$data" "$new$data"
done

mount -t tmpfs -o mode=755 tmpfs "$new/sys/fs/cgroup"
echo "$hierarchies" | while read -r target kind options; do
  at=$new/sys/fs/cgroup/${target#/sys/fs/cgroup}
  mkdir -p "$at"
  case $kind in
    cgroup2) mount -t cgroup2 cgroup2 "$at" ;;
    cgroup) mount -t cgroup -o "$(echo "$options" | tr ',' '\n' | grep -v -E '^(rw|ro|relatime|noatime|nosuid|nodev|noexec)$' | paste -sd,)" cgroup "$at" ;;
  esac
done
ip link set lo up

mkdir -p "$new/.old"
cd "$new"
pivot_root . .old
umount -l /.old
export PATH="$dotnet:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root DOTNET_ROOT="$dotnet"
exec "$@"
