#!/bin/bash
# The built program on a machine with pure cgroup v2, as its users meet it: limits, the OCI runtime, checkpoints, verbs, attacks, an ordinary user.
# Each check is one line of output; the last line says how many there were. They take seconds where the suites take minutes.
set -u
passed=0 failed=0
inro=/payload/bin/inro oci=/payload/bin/inro-oci work=/var/tmp/checks
export PATH=/payload/bin:$PATH

# check NAME EXPECTED ACTUAL
check() {
  if [[ $3 == "$2" ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n  expected: %s\n  found:    %s\n' "$1" "$2" "$3"
  fi
}

# has NAME PART ACTUAL
has() { if [[ $3 == *"$2"* ]]; then check "$1" "$3" "$3"; else check "$1" "…$2…" "$3"; fi; }

# cgroup_of PID: its directory on this pure v2 machine
cgroup_of() { echo "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$1/cgroup")"; }

# shellcheck source=tests/vm/payloads/kernel-tests/checkpoints.sh
source "$(dirname "${BASH_SOURCE[0]}")/checkpoints.sh"
# shellcheck source=tests/vm/payloads/kernel-tests/packets.sh
source "$(dirname "${BASH_SOURCE[0]}")/packets.sh"
# shellcheck source=tests/vm/payloads/kernel-tests/life.sh
source "$(dirname "${BASH_SOURCE[0]}")/life.sh"
# shellcheck source=tests/vm/payloads/kernel-tests/storage.sh
source "$(dirname "${BASH_SOURCE[0]}")/storage.sh"

main() {
  rm -rf "$work" && mkdir -p "$work"
  host_before=$(host_state)
  oci_life
  packet_marks
  checkpoints
  engine_life
  container_life
  foreign_runtimes
  storage
  user_namespaces
  attacks
  app_armor
  ordinary_user
  if [[ -d /run/systemd/system ]]; then under_systemd; fi
  check 'the host is as before' "$host_before" "$(host_state)"
  echo "checks on $(uname -r) with $(cat /proc/1/comm) as process 1: $passed passed, $failed failed"
  ((failed == 0))
}

host_state() {
  sysctl kernel.core_pattern kernel.modprobe kernel.hostname kernel.pid_max vm.swappiness
  sha256sum "$inro"
  # (mounts of ours, cgroups of ours)
  grep -c "$work" /proc/self/mountinfo
  find /sys/fs/cgroup -type d -name 'inro*' | sort
}

# bundle DIRECTORY COMMAND: with limits, and no devices but those that every container has
bundle() {
  mkdir -p "$1/rootfs/bin" "$1/rootfs/proc" "$1/rootfs/dev" "$1/rootfs/sys" "$1/rootfs/tmp"
  cp /bin/busybox "$1/rootfs/bin/"
  for applet in sh cat sleep mknod head echo kill ls id grep; do ln -sf busybox "$1/rootfs/bin/$applet"; done
  cat >"$1/config.json" <<JSON
{"ociVersion":"1.2.0","hostname":"box","root":{"path":"rootfs"},
 "process":{"args":["/bin/sh","-c",$2],"env":["PATH=/bin"],"cwd":"/","capabilities":{"bounding":["CAP_MKNOD","CAP_KILL"],"effective":["CAP_MKNOD","CAP_KILL"],"permitted":["CAP_MKNOD","CAP_KILL"]}},
 "mounts":[{"destination":"/proc","type":"proc","source":"proc"},{"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","mode=755"]},
  {"destination":"/sys","type":"sysfs","source":"sysfs","options":["ro"]},{"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup","options":["ro"]}],
 "linux":{"cgroupsPath":"/inro-checks/$(basename "$1")","namespaces":[{"type":"pid"},{"type":"network"},{"type":"ipc"},{"type":"uts"},{"type":"mount"},{"type":"cgroup"}],
  "resources":{"memory":{"limit":67108864},"pids":{"limit":20},"cpu":{"quota":25000,"period":50000,"shares":512,"cpus":"0"},
   "devices":[{"allow":false,"access":"rwm"}]}}}
JSON
}

oci_life() {
  bundle "$work/c1" '"mknod /tmp/messages c 1 11; mknod /tmp/disk b 254 0; head -c1 /tmp/messages; head -c1 /tmp/disk; head -c1 /dev/null && echo null; exec sleep 600"'
  local c
  "$oci" create --bundle "$work/c1" --pid-file "$work/pid" c1 >"$work/out" 2>&1
  check 'create ends well' 0 $?
  has 'a created container waits' '"status": "created"' "$("$oci" state c1 | sed 's/":"/": "/g')"
  c=$(cgroup_of "$(cat "$work/pid")")
  check 'memory.max' 67108864 "$(cat "$c/memory.max")"
  check 'pids.max' 20 "$(cat "$c/pids.max")"
  check 'cpu.max' '25000 50000' "$(cat "$c/cpu.max")"
  check 'cpuset.cpus' 0 "$(cat "$c/cpuset.cpus")"
  "$oci" start c1
  check 'start ends well' 0 $?
  has 'a started container runs' '"status": "running"' "$("$oci" state c1 | sed 's/":"/": "/g')"
  sleep 1
  has "the host's messages cannot be opened" "/tmp/messages: Operation not permitted" "$(cat "$work/out")"
  has "the host's disk cannot be opened" "/tmp/disk: Operation not permitted" "$(cat "$work/out")"
  has 'the allowed device opens' null "$(cat "$work/out")"
  check 'exec sees its own cgroup namespace' '0::/' "$("$oci" exec c1 cat /proc/self/cgroup)"
  check 'exec is under the limits' 67108864 "$("$oci" exec c1 cat /sys/fs/cgroup/memory.max)"
  "$oci" exec c1 sh -c 'exit 7'
  check "exec gives the program's status" 7 $?
  "$oci" kill c1 KILL
  sleep 1
  has 'a killed container is stopped' '"status": "stopped"' "$("$oci" state c1 | sed 's/":"/": "/g')"
  "$oci" delete c1
  check 'delete ends well' 0 $?
  check 'its cgroup is gone' '' "$(ls -d "$c" 2>/dev/null)"
  bundle "$work/c2" '"echo $$; exit 5"'
  check 'run gives output and status' $'1\n5' "$("$oci" run --bundle "$work/c2" c2; echo $?)"
  bundle "$work/c3" '"busybox mkdir /sys/fs/cgroup/x && echo made; echo 1 2>/dev/null >/sys/fs/cgroup/memory.max || echo limited"'
  sed -i 's|{"type":"pid"}|{"type":"user"},{"type":"pid"}|; s|"linux":{|&"uidMappings":[{"containerID":0,"hostID":300000,"size":65536}],"gidMappings":[{"containerID":0,"hostID":300000,"size":65536}],|; s|"source":"cgroup","options":\["ro"\]|"source":"cgroup"|' "$work/c3/config.json"
  check "a user namespace's root may divide its cgroup, and has the host's limits" $'made\nlimited' "$("$oci" run --bundle "$work/c3" c3 2>&1)"
  rmdir /sys/fs/cgroup/inro-checks 2>/dev/null
}

engine_life() {
  local id pid c
  i() { "$inro" --root "$work/root" "$@"; }
  has 'load' inro-demo "$(i load -i /payload/image.tar)"
  check 'run' "hi" "$(i run --rm inro-demo echo hi)"
  id=$(i run -d --name web -m 64m --pids-limit 30 --cpus 0.5 inro-demo sh -c 'echo ready; while :; do sleep 1; done')
  pid=$(i inspect --format '{{.State.Pid}}' web)
  c=$(cgroup_of "$pid")
  check 'memory.max of the engine' 67108864 "$(cat "$c/memory.max")"
  check 'pids.max of the engine' 30 "$(cat "$c/pids.max")"
  check 'cpu.max of the engine' '50000 100000' "$(cat "$c/cpu.max")"
  check 'logs' ready "$(i logs web)"
  check 'exec' 67108864 "$(i exec web cat /sys/fs/cgroup/memory.max)"
  check 'inspect' "true ${id:0:12}" "$(i inspect --format '{{.State.Running}} {{slice .Id 0 12}}' web 2>/dev/null || i inspect --format '{{.State.Running}}' web | sed "s/$/ ${id:0:12}/")"
  kill -9 "$(awk '/^PPid/ { print $2 }' "/proc/$pid/status")"
  check 'a container outlives its shim' true "$(i inspect --format '{{.State.Running}}' web)"
  check 'and can be entered' in "$(i exec web echo in)"
  i stop -t 1 web >/dev/null
  has 'and stopped' Exited "$(i ps -a)"
  check 'rm' web "$(i rm web)"
  check 'its cgroup of the engine is gone' '' "$(ls -d "$c" 2>/dev/null)"
  check 'the memory limit bites' 137 "$(i run --rm -m 16m --memory-swap 16m inro-demo sh -c 'x=$(head -c 67108864 /dev/zero | tr "\0" a); echo ${#x}' >/dev/null 2>&1; echo $?)"
  has 'the limit of processes bites' fork "$(i run --rm --pids-limit 8 inro-demo sh -c 'for n in 1 2 3 4 5 6 7 8 9; do sleep 3 & done; wait' 2>&1)"
  has 'a device that was not given' 'not permitted' "$(i run --rm inro-demo sh -c 'mknod /tmp/d b 254 0; head -c1 /tmp/d' 2>&1)"
}

user_namespaces() {
  local first second
  first=$(i run -d --userns auto inro-demo sleep 60)
  second=$(i run -d --userns auto inro-demo sleep 60)
  check 'two user namespaces share no id' 2 "$(for n in "$first" "$second"; do i exec "$n" cat /proc/self/uid_map; done | awk '{ print $2 }' | sort -u | wc -l)"
  check 'the image is its own' 0 "$(i exec "$first" stat -c %u /bin/busybox)"
  check 'root inside is nobody outside' "$(i exec "$first" cat /proc/self/uid_map | awk '{ print $2 }')" "$(stat -c %u "/proc/$(i inspect --format '{{.State.Pid}}' "$first")")"
  check 'devices in a user namespace' 0 "$(i exec "$first" sh -c 'echo x >/dev/null; echo $?')"
  i rm -f "$first" "$second" >/dev/null
}

attacks() {
  cat >"$work/attack" <<'ATTACK'
t() { if eval "$2" >/dev/null 2>&1; then echo "escaped: $1"; fi; }
for f in /proc/sys/kernel/core_pattern /proc/sys/kernel/modprobe /proc/sys/vm/swappiness /proc/sysrq-trigger /sys/kernel/uevent_helper /sys/power/state; do t "write $f" "echo 1 >$f"; done
t 'remount /sys' 'mount -o remount,rw /sys'; t 'remount /proc/sys' 'mount -o remount,rw,bind /proc/sys'; t 'unmount a mask' 'umount /proc/kcore'
t 'new proc' 'mkdir -p /tmp/m; mount -t proc p /tmp/m'; t 'cgroup v1 with an agent' 'mount -t cgroup -o rdma c /tmp/m'; t 'new cgroup2' 'mount -t cgroup2 c /tmp/m'
t 'release agent' 'ls /sys/fs/cgroup/release_agent'; t 'own limit' 'echo max >/sys/fs/cgroup/memory.max'; t 'new cgroup' 'mkdir /sys/fs/cgroup/x'
t 'upwards' 'cat /../../../../etc/debian_version'; t 'upwards through proc' 'cat /proc/1/root/../../etc/debian_version'
for f in /proc/self/fd/* /proc/1/fd/*; do t "through $f" "cat $f/../../../../etc/debian_version"; done
t 'disk' 'mknod /tmp/vda b 254 0 && head -c1 /tmp/vda | grep -q .'; t 'memory' 'mknod /tmp/mem c 1 1 && head -c1 /tmp/mem | grep -q .'; t 'kcore' 'head -c1 /proc/kcore | grep -q .'
t 'namespaces of process 1' 'nsenter -t 1 -m cat /etc/debian_version'; t 'new user namespace' 'unshare -U true'; t 'module' 'insmod /bin/busybox'
t 'host name' 'hostname evil'; t 'clock' 'date -s 2001-01-01; date | grep -q 2001'; t 'loopback' 'ip link set lo down'; t 'reboot' 'reboot -f'; t 'swap' 'swapoff -a && swapon /bin/busybox'
t 'overwrite the runtime' 'for e in /proc/[0-9]*/exe; do case $(readlink $e) in *inro*|*walker*) exit 0;; esac; done; false'
echo over
ATTACK
  check 'attacks as root' over "$(i run --rm -v "$work/attack:/attack:ro" inro-demo sh /attack 2>&1)"
  check 'attacks in a user namespace' over "$(i run --rm --userns auto -v "$work/attack:/attack:ro" inro-demo sh /attack 2>&1)"
  sleep 300 &
  check 'a process of the host is neither read nor traced' over \
    "$(i run --rm --pid host -u 1000 inro-demo sh -c "cat /proc/$!/environ; ls /proc/$!/root/; head -c1 /proc/$!/mem; kill -0 $! && echo signalled; echo over" 2>/dev/null)"
  kill $!
}

app_armor() {
  if [[ $(cat /sys/module/apparmor/parameters/enabled 2>/dev/null) == Y ]]; then
    has 'a profile is refused where AppArmor is on, with the reason' 'load the profile with apparmor_parser' "$(i run --rm --security-opt apparmor=docker-default inro-demo true 2>&1)"
  else
    has 'a profile is refused where AppArmor is off, with the reason' 'AppArmor is not enabled in this kernel' "$(i run --rm --security-opt apparmor=docker-default inro-demo true 2>&1)"
  fi
  check 'unconfined is taken' 0 "$(i run --rm --security-opt apparmor=unconfined inro-demo true; echo $?)"
}

# as_user COMMAND…: an ordinary user with ranges of ids
as_user() { setpriv --reuid 1500 --regid 1500 --clear-groups env HOME=/home/carl XDG_RUNTIME_DIR=/run/user/1500 "$@"; }

ordinary_user() {
  grep -q '^carl:' /etc/passwd || useradd --uid 1500 --user-group --create-home carl
  grep -q '^carl:' /etc/subuid || { echo carl:200000:65536 >>/etc/subuid; echo carl:200000:65536 >>/etc/subgid; }
  install -d -o 1500 -g 1500 -m 700 /run/user/1500
  chmod 755 /payload /payload/bin
  has 'load as an ordinary user' inro-demo "$(as_user inro load -i /payload/image.tar 2>&1)"
  check 'run as an ordinary user' '0 0 1500 1' "$(as_user inro run --rm inro-demo sh -c 'echo $(id -u) $(head -n1 /proc/self/uid_map | cut -c1-33)' 2>&1 | tr -s ' ')"
  as_user inro run -d --name mine inro-demo sh -c 'echo ready; sleep 600' >/dev/null
  check 'logs as an ordinary user' ready "$(as_user inro logs mine 2>&1)"
  # (the user's range begins at the container's id 1)
  check 'exec as an ordinary user' $(($(sed -n 's/^carl:\([0-9]*\):.*/\1/p' /etc/subuid) + 4)) "$(as_user inro exec -u 5 mine sh -c 'sleep 5 & echo' >/dev/null; as_user inro exec -u 5 mine sleep 9 & sleep 3; stat -c %u $(pgrep -x -n sleep | sed 's|^|/proc/|'))"
  check 'attacks as an ordinary user' over "$(as_user inro run --rm -v "$work/attack:/attack:ro" inro-demo sh /attack 2>&1)"
  has '--userns auto is refused to an ordinary user' 'is for root' "$(as_user inro run --rm --userns auto inro-demo true 2>&1)"
  as_user inro rm -f mine >/dev/null
}

# systemd_bundle NAME CGROUPS_PATH COMMAND: a bundle whose unit has properties of its own, too
systemd_bundle() {
  bundle "$work/$1" "$3"
  sed -i "s|\"cgroupsPath\":\"[^\"]*\"|\"cgroupsPath\":\"$2\"|; s|^{\"ociVersion|{\"annotations\":{\"org.systemd.property.TimeoutStopSec\":\"7\",\"org.systemd.property.CollectMode\":\"'inactive-or-failed'\"},\"ociVersion|" "$work/$1/config.json"
}

# property UNIT NAME: as systemd knows it
property() { systemctl show --value -p "$2" "$1"; }

# units: those of ours, whatever became of them
units() { systemctl list-units --all --plain --no-legend 'inro-*.scope' 'checks-pod.slice' | awk '{ print $1, $3 }'; }

# The OCI runtime with systemd's cgroup driver: a unit around the container that systemd knows the limits of, and nothing of it afterwards.
systemd_driver() {
  local c unit=inro-s1.scope sd="$oci --systemd-cgroup"
  systemd_bundle s1 checks-a.slice:inro:s1 '"mknod /tmp/messages c 1 11; while sleep 1; do head -c1 /tmp/messages; done"'
  $sd create --bundle "$work/s1" --pid-file "$work/pid" s1 >"$work/out" 2>&1
  check 'systemd: create ends well' 0 $?
  c=$(cgroup_of "$(cat "$work/pid")")
  check 'systemd: the cgroup is below its slice' /sys/fs/cgroup/checks.slice/checks-a.slice/$unit "$c"
  check 'systemd: the unit lives, in its slice, delegated' 'active checks-a.slice yes' "$(property $unit ActiveState) $(property $unit Slice) $(property $unit Delegate)"
  check 'systemd: it knows the limits' '67108864 20 500ms 50ms 0' \
    "$(for p in MemoryMax TasksMax CPUQuotaPerSecUSec CPUQuotaPeriodUSec AllowedCPUs; do property $unit $p; done | xargs)"
  check 'systemd: they hold' '67108864 20 25000 50000 0' "$(cat "$c/memory.max" "$c/pids.max" "$c/cpu.max" "$c/cpuset.cpus" | xargs)"
  check 'systemd: the shares are its weight' "$(property $unit CPUWeight)" "$(cat "$c/cpu.weight")"
  check 'systemd: annotations are properties' '7s inactive-or-failed' "$(property $unit TimeoutStopUSec) $(property $unit CollectMode)"
  $sd start s1
  check 'systemd: start ends well' 0 $?
  has 'systemd: it runs' '"status": "running"' "$($oci state s1)"
  check 'systemd: an exec is in the unit' "67108864 0::/" "$($oci exec s1 sh -c 'echo $(cat /sys/fs/cgroup/memory.max /proc/self/cgroup)')"
  $oci update --memory 96m --pids-limit 33 --cpu-quota 30000 --cpu-share 1024 s1
  check 'systemd: update ends well' 0 $?
  check 'systemd: it knows the new limits' '100663296 33 600ms 100' "$(for p in MemoryMax TasksMax CPUQuotaPerSecUSec CPUWeight; do property $unit $p; done | xargs)"
  check 'systemd: the new limits hold' '100663296 33 30000 50000 100' "$(cat "$c/memory.max" "$c/pids.max" "$c/cpu.max" "$c/cpu.weight" | xargs)"
  systemctl daemon-reload
  check 'systemd: they hold after a reload' '100663296 33 30000 50000' "$(cat "$c/memory.max" "$c/pids.max" "$c/cpu.max" | xargs)"
  : >"$work/out"
  sleep 2
  has 'systemd: the devices are denied after a reload' '/tmp/messages: Operation not permitted' "$(cat "$work/out")"
  $oci pause s1
  has 'systemd: pause' '"status": "paused"' "$($oci state s1)"
  $oci resume s1
  has 'systemd: resume' '"status": "running"' "$($oci state s1)"
  has 'systemd: ps' "$(cat "$work/pid")" "$($oci ps --format json s1)"
  has 'systemd: events' '"limit":100663296' "$($oci events --stats s1)"
  $oci kill --all s1 KILL
  sleep 1
  has 'systemd: a killed container is stopped' '"status": "stopped"' "$($oci state s1)"
  $oci delete s1
  check 'systemd: delete ends well' 0 $?
  check 'systemd: no unit and no cgroup is left' '' "$(units; ls -d "$c" 2>/dev/null)"

  systemd_bundle s2 '' '"cat /proc/self/cgroup; exit 5"'
  check 'systemd: run, with the default name' $'0::/\n5' "$($sd run --bundle "$work/s2" s2; echo $?)"
  check 'systemd: run by the bus, where systemd itself is not to be had' $'0::/\n5' \
    "$(unshare --mount sh -c "mount --bind /dev/null /run/systemd/private; $sd run --bundle $work/s2 s2; echo \$?" 2>&1)"
  for fault in 3 20:kill 60 90:kill; do
    $sd run --fault $fault --bundle "$work/s2" s2 >/dev/null 2>&1
    check "systemd: a start that fails at operation $fault leaves nothing" '' "$(units; ls /run/inro-oci)"
  done
  systemd_bundle s3 checks.slice:any:checks-pod.slice '"sleep 600"'
  sed -i 's|"annotations":{[^}]*},||' "$work/s3/config.json" # a slice has no such properties
  $sd run -d --bundle "$work/s3" s3 >/dev/null 2>&1 </dev/null
  check 'systemd: a slice as the unit' 'active 67108864 1' "$(property checks-pod.slice ActiveState) $(property checks-pod.slice MemoryMax) $(wc -l </sys/fs/cgroup/checks.slice/checks-pod.slice/cgroup.procs)"
  $oci delete --force s3
  check 'systemd: the slice is gone' '' "$(units; ls -d /sys/fs/cgroup/checks.slice/checks-pod.slice 2>/dev/null)"
  systemd-run --quiet --scope --unit inro-taken sleep 600 &
  systemd-run --quiet --scope --unit inro-failed -p RuntimeMaxSec=1 sleep 600 >/dev/null 2>&1
  sleep 1
  systemd_bundle s4 :inro:taken '"true"'
  has "systemd: somebody else's unit is refused" 'inro-taken.scope exists' "$($sd run --bundle "$work/s4" s4 2>&1)"
  check "systemd: and lives on" $'inro-failed.scope failed\ninro-taken.scope active' "$(units)"
  systemctl stop inro-taken.scope
  systemd_bundle s5 :inro:failed '"true"'
  check 'systemd: a failed unit gives way' 0 "$($sd run --bundle "$work/s5" s5 >&2; echo $?)"
  systemd_bundle s6 /a/b '"true"'
  has 'systemd: a path that is none is refused' 'slice:prefix:name' "$($sd run --bundle "$work/s6" s6 2>&1)"
  check 'systemd: nothing is left' '' "$(units; ls /run/inro-oci)"
  systemctl stop checks.slice checks-a.slice 2>/dev/null
}

# The same with the systemd of an ordinary user. What a login would set up is done here: this machine has no PAM module for it.
systemd_of_user() {
  local scope
  mkdir -p /run/systemd/system/user@.service.d
  printf '[Service]\nEnvironment=XDG_RUNTIME_DIR=/run/user/%%i\nDelegate=pids memory cpu\n' >/run/systemd/system/user@.service.d/checks.conf
  systemctl daemon-reload
  systemctl start user@1500.service
  check "systemd: the user's runs" active "$(property user@1500.service ActiveState)"
  systemd_bundle u1 '' '"cat /proc/self/cgroup; sleep 600"'
  sed -i 's|{"type":"pid"}|{"type":"user"},{"type":"pid"}|; s|"resources":.*|"uidMappings":[{"containerID":0,"hostID":1500,"size":1}],"gidMappings":[{"containerID":0,"hostID":1500,"size":1}],"resources":{"memory":{"limit":67108864},"pids":{"limit":20},"cpu":{"quota":25000,"period":50000}}}}|' "$work/u1/config.json"
  sed -i '/"devices":\[/d' "$work/u1/config.json"
  chown -R 1500:1500 "$work/u1"
  as_user "$oci" --systemd-cgroup run -d --pid-file "$work/u1/pid" --bundle "$work/u1" u1 >"$work/out" 2>&1 </dev/null
  check "systemd of a user: run ends well" "0 0::/" "$? $(cat "$work/out")"
  scope=/sys/fs/cgroup/user.slice/user-1500.slice/user@1500.service/user.slice/inro-u1.scope
  check 'systemd of a user: the cgroup' $scope "$(cgroup_of "$(cat "$work/u1/pid")")"
  check 'systemd of a user: limits' '67108864 20 25000 50000 64M' \
    "$(cat $scope/memory.max $scope/pids.max $scope/cpu.max | xargs) $(as_user systemctl --user show --value -p MemoryMax inro-u1.scope | sed 's/67108864/64M/')"
  check 'systemd of a user: an exec is in the unit' '0::/' "$(as_user "$oci" exec u1 cat /proc/self/cgroup 2>&1)"
  as_user "$oci" update --memory 96m u1
  check 'systemd of a user: update' "0 100663296" "$? $(cat $scope/memory.max)"
  as_user "$oci" delete --force u1
  check 'systemd of a user: delete' 0 $?
  check 'systemd of a user: nothing is left' '' "$(as_user systemctl --user list-units --all --plain --no-legend 'inro-*'; ls -d $scope 2>/dev/null; ls /run/user/1500/inro-oci)"
  systemctl stop user@1500.service user-runtime-dir@1500.service
  install -d -o 1500 -g 1500 -m 700 /run/user/1500 # it goes with the last of them
  rm -r /run/systemd/system/user@.service.d
  systemctl daemon-reload
}

# A user whose cgroup systemd delegates: limits hold there.
under_systemd() {
  chmod 755 "$work"
  cat >"$work/delegated" <<'USER'
# A cgroup that holds processes hands no controllers down: the shell goes to a leaf, as a session's does.
own=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
mkdir $own/shell && echo $$ >$own/shell/cgroup.procs
inro run -d --name limited -m 32m --pids-limit 17 inro-demo sleep 600 2>&1 >/dev/null
pid=$(inro inspect --format '{{.State.Pid}}' limited)
c=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/$pid/cgroup)
echo "$(cat $c/memory.max) $(cat $c/pids.max)"
inro rm -f limited
USER
  check 'limits of an ordinary user with a delegated cgroup' $'33554432 17\nlimited' \
    "$(systemd-run --quiet --pipe --wait --collect -p Delegate=yes -p User=carl -p Environment='HOME=/home/carl XDG_RUNTIME_DIR=/run/user/1500 PATH=/payload/bin:/usr/bin:/bin' sh "$work/delegated" 2>&1)"
  has 'limits of an ordinary user without one are refused, or said to be left out' cgroup "$(as_user inro run --rm -m 32m inro-demo true 2>&1)"
  systemd_driver
  systemd_of_user
}

main
