# The machine is what its tests assume: pure cgroup v2 with all controllers, overlayfs, user namespaces; and the program starts in it.
set -eu
uname -r
test "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs
for controller in cpu cpuset io memory pids; do
  grep -qw "$controller" /sys/fs/cgroup/cgroup.controllers || { echo "no controller $controller"; exit 1; }
done
mkdir -p /tmp/o/lower /tmp/o/upper /tmp/o/work /tmp/o/merged
mount -t overlay -o lowerdir=/tmp/o/lower,upperdir=/tmp/o/upper,workdir=/tmp/o/work overlay /tmp/o/merged
unshare --user --map-root-user true
if [ -x ./bin/inro ]; then ./bin/inro version; fi
echo "smoke passed with $(cat /proc/1/comm) as process 1"
