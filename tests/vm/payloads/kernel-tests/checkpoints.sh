#!/bin/bash
# checkpoint and restore with the machine's criu. Sourced by checks.sh, whose check, has, bundle and cgroup_of it uses.

# counting NAME: a bundle that counts, in a file and on standard output
counting() {
  bundle "$work/$1" '"n=0; while :; do n=$((n+1)); echo $n >/tmp/m; busybox mv /tmp/m /tmp/n; echo $n; sleep 0.2; done"'
  sed -i 's/"hostname"/"hooks":{},"hostname"/; s/"linux":{/"linux":{"maskedPaths":["\/proc\/kcore","\/sys\/firmware"],"readonlyPaths":["\/proc\/sys"],/' "$work/$1/config.json"
}

# edit NAME SED-EXPRESSION: changes its config.json
edit() { sed -i "$2" "$work/$1/config.json"; }

count_of() { cat "$work/$1/rootfs/tmp/n" 2>/dev/null || echo 0; }

# goes_on NAME FROM: waits until it counts beyond a number
goes_on() {
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    if (($(count_of "$1") > $2)); then echo yes && return; fi
    sleep 0.2
  done
  echo "no: $(count_of "$1") after $2"
}

# silently COMMAND…: without the shell's descriptors (a restore must have the same kinds as the run had), and prints its status
silently() { "$@" </dev/null >/dev/null 2>&1; echo $?; }

checkpoints() {
  life_of_a_checkpoint
  chain_of_checkpoints
  checkpoint_with_binds
  checkpoint_with_terminal
  checkpoint_in_user_namespace
  failed_checkpoints
  rmdir /sys/fs/cgroup/inro-checks 2>/dev/null
}

life_of_a_checkpoint() {
  local before cgroup
  counting k1
  edit k1 "s#\"hooks\":{}#\"hooks\":{\"createRuntime\":[{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"cat >>$work/hook; echo >>$work/hook\"]}],\"poststop\":[{\"path\":\"/bin/sh\",\"args\":[\"sh\",\"-c\",\"echo over >>$work/hook\"]}]}#"
  check 'a container to be written runs' 0 "$(silently "$oci" run -d --bundle "$work/k1" k1)"
  goes_on k1 3 >/dev/null
  check 'checkpoint --leave-running' 0 "$(silently "$oci" checkpoint --leave-running --image-path "$work/i1" k1)"
  check 'it runs on' yes "$(goes_on k1 "$(count_of k1)")"
  check 'checkpoint' 0 "$(silently "$oci" checkpoint --image-path "$work/i1" k1)"
  before=$(count_of k1)
  sleep 1
  check 'it stands' "$before" "$(count_of k1)"
  has 'it is deleted' 'container does not exist: k1' "$("$oci" state k1 2>&1)"
  check 'its images are for root alone' 700 "$(stat -c %a "$work/i1")"
  check 'restore' 0 "$(silently "$oci" restore -d --image-path "$work/i1" --bundle "$work/k1" --pid-file "$work/pid" k1)"
  check 'it counts on from where it was' yes "$(goes_on k1 "$before")"
  has 'it is running' '"status":"running"' "$("$oci" state k1 | tr -d ' \n')"
  has 'with the pid of the file' "\"pid\":$(cat "$work/pid")," "$("$oci" state k1 | tr -d ' \n')"
  cgroup=$(cgroup_of "$(cat "$work/pid")")
  check 'in its cgroup' /sys/fs/cgroup/inro-checks/k1 "$cgroup"
  check 'with its limits' '67108864 20 25000 50000' "$(cat "$cgroup/memory.max" "$cgroup/pids.max" "$cgroup/cpu.max" | tr '\n' ' ' | sed 's/ $//')"
  has 'its loopback is up' 9 "$("$oci" exec k1 cat /sys/class/net/lo/flags)"
  has 'what was masked stays so' 'Permission denied' "$("$oci" exec k1 sh -c 'echo x >/proc/sys/kernel/core_pattern' 2>&1 | sed 's/Read-only file system/Permission denied/')"
  "$oci" exec k1 ls -l /proc/1/ns/ | sed 's/.*-> //' >"$work/ns1"
  check 'exec joins all its namespaces' "$(cat "$work/ns1")" "$("$oci" exec k1 ls -l /proc/self/ns/ | sed 's/.*-> //')"
  check 'pause' 0 "$(silently "$oci" pause k1)"
  check 'a paused one is written too' 0 "$(silently "$oci" checkpoint --leave-running --image-path "$work/i1" k1)"
  has 'and stays paused' '"status":"paused"' "$("$oci" state k1 | tr -d ' \n')"
  check 'resume' 0 "$(silently "$oci" resume k1)"
  check 'kill after a restore' 0 "$(silently "$oci" kill k1 KILL)"
  sleep 1
  check 'delete after a restore' 0 "$(silently "$oci" delete k1)"
  check 'its cgroup is gone after a restore' '' "$(ls -d "$cgroup" 2>/dev/null)"
  # (created; deleted by the checkpoint; restored; deleted)
  check 'hooks of its namespaces and its end' 'hook over hook over' "$(sed 's/^{.*/hook/' "$work/hook" | tr -s '\n' ' ' | sed 's/ $//')"
}

chain_of_checkpoints() {
  local before
  counting k2
  "$oci" run -d --bundle "$work/k2" k2 </dev/null 2>/dev/null | cat >"$work/k2.out" &
  goes_on k2 3 >/dev/null
  check 'pre-dump' 0 "$(silently "$oci" checkpoint --pre-dump --image-path "$work/i21" k2)"
  check 'it runs on after it' yes "$(goes_on k2 "$(count_of k2)")"
  check 'pre-dump with a parent' 0 "$(silently "$oci" checkpoint --pre-dump --image-path "$work/i22" --parent-path ../i21 k2)"
  has 'a parent that is not there' 'invalid --parent-path' "$("$oci" checkpoint --image-path "$work/i22" --parent-path nosuch k2 2>&1)"
  check 'dump with a parent' 0 "$(silently "$oci" checkpoint --image-path "$work/i23" --parent-path ../i22 --work-path "$work/w2" k2)"
  check 'the log is where it was wanted' yes "$([[ -e $work/w2/dump.log && ! -e $work/i23/dump.log ]] && echo yes)"
  before=$(count_of k2)
  wait
  "$oci" restore -d --image-path "$work/i23" --work-path "$work/w2" --bundle "$work/k2" k2 </dev/null 2>/dev/null | cat >"$work/k2.out2" &
  check 'it counts on from the chain' yes "$(goes_on k2 $((before + 1)))"
  has 'its output goes into the new pipe' $((before + 1)) "$(cat "$work/k2.out2")"
  check 'a restored one is written again' 0 "$(silently "$oci" checkpoint --image-path "$work/i24" k2)"
  wait
  before=$(count_of k2)
  check 'and restored again' 0 "$("$oci" restore -d --image-path "$work/i24" --bundle "$work/k2" k2 </dev/null 2>&1 | cat >/dev/null & goes_on k2 "$before" >/dev/null; "$oci" delete --force k2; echo $?)"
  wait
}

checkpoint_with_binds() {
  local before
  counting k3
  mkdir -p "$work/host" && echo hosts >"$work/host/f" && ln -s /real "$work/k3/rootfs/link"
  edit k3 "s#\"mounts\":\[#&{\"destination\":\"/link/data\",\"type\":\"bind\",\"source\":\"$work/host\",\"options\":[\"rbind\"]},{\"destination\":\"/link/data/in\",\"source\":\"$work/host\",\"options\":[\"bind\",\"ro\",\"rprivate\"]},{\"destination\":\"/etc/f\",\"source\":\"$work/host/f\",\"options\":[\"bind\",\"ro\"]},#"
  mkdir -p "$work/k3/rootfs/real"
  check 'a container with binds runs' 0 "$(silently "$oci" run -d --bundle "$work/k3" k3)"
  goes_on k3 3 >/dev/null
  check 'it is written' 0 "$(silently "$oci" checkpoint --image-path "$work/i3" k3)"
  before=$(count_of k3)
  rm -rf "$work/k3/rootfs/real/data" "$work/k3/rootfs/etc"
  check 'restore makes the places of its mounts' 0 "$(silently "$oci" restore -d --image-path "$work/i3" --bundle "$work/k3" k3)"
  check 'it counts on with binds' yes "$(goes_on k3 "$before")"
  check 'the binds are there' 'hosts hosts hosts' "$("$oci" exec k3 cat /real/data/f /real/data/in/f /etc/f | tr '\n' ' ' | sed 's/ $//')"
  check 'those that were read-only are' 1 "$("$oci" exec k3 sh -c 'echo x 2>/dev/null >/real/data/in/f' 2>/dev/null; echo $?)"
  check 'and nothing is mounted for the host' 0 "$(grep -c "$work" /proc/self/mountinfo)"
  "$oci" delete --force k3
}

# terminal NAME: takes a terminal and writes what it shows, until the end of it
terminal() {
  rm -f "$work/$1.sock"
  python3 - "$work/$1.sock" "$work/$1.shown" <<'PYTHON' &
import array, os, socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(sys.argv[1])
listener.listen(1)
ancillary = listener.accept()[0].recvmsg(100, socket.CMSG_SPACE(4))[1]
master = array.array("i", ancillary[0][2][:4])[0]
shown = open(sys.argv[2], "wb", 0)
try:
    while data := os.read(master, 1000): shown.write(data)
except OSError: pass
PYTHON
  while [[ ! -S $work/$1.sock ]]; do sleep 0.2; done
}

checkpoint_with_terminal() {
  local before
  counting k4
  edit k4 's/"process":{/&"terminal":true,/; s#"mounts":\[#&{"destination":"/dev/pts","type":"devpts","source":"devpts","options":["newinstance","ptmxmode=0666","mode=0620"]},#'
  # (/dev has to come first)
  python3 - "$work/k4/config.json" <<'PYTHON'
import json, sys
config = json.load(open(sys.argv[1]))
config["mounts"].sort(key=lambda m: m["destination"].count("/"))
json.dump(config, open(sys.argv[1], "w"))
PYTHON
  terminal t1
  check 'a container with a terminal runs' 0 "$(silently "$oci" run -d --console-socket "$work/t1.sock" --bundle "$work/k4" k4)"
  goes_on k4 3 >/dev/null
  check 'it is written with its terminal' 0 "$(silently "$oci" checkpoint --image-path "$work/i4" k4)"
  before=$(count_of k4)
  wait
  terminal t2
  check 'it is restored with a terminal' 0 "$(silently "$oci" restore -d --console-socket "$work/t2.sock" --image-path "$work/i4" --bundle "$work/k4" k4)"
  check 'it counts on with a terminal' yes "$(goes_on k4 $((before + 1)))"
  check 'exec on a terminal after a restore' tty "$("$oci" exec k4 sh -c '[ -c /dev/console ] && echo tty')"
  "$oci" delete --force k4
  wait
  has 'the new terminal shows it' "$((before + 1))" "$(cat "$work/t2.shown")"
}

checkpoint_in_user_namespace() {
  local before
  counting k5
  edit k5 's/{"type":"pid"}/{"type":"user"},&/; s/"linux":{/&"uidMappings":[{"containerID":0,"hostID":100000,"size":65536}],"gidMappings":[{"containerID":0,"hostID":100000,"size":65536}],/; s#{"destination":"/sys","type":"sysfs","source":"sysfs","options":\["ro"\]},##'
  edit k5 's#"/sys/firmware"#"/proc/acpi"#'
  chown -R 100000:100000 "$work/k5/rootfs" && chmod 755 "$work"
  check 'a container in a user namespace runs' 0 "$(silently "$oci" run -d --bundle "$work/k5" k5)"
  goes_on k5 3 >/dev/null
  check 'it is written from its user namespace' 0 "$(silently "$oci" checkpoint --image-path "$work/i5" k5)"
  before=$(count_of k5)
  check 'it is restored into one' 0 "$(silently "$oci" restore -d --image-path "$work/i5" --bundle "$work/k5" k5)"
  check 'it counts on in it' yes "$(goes_on k5 "$before")"
  check 'with its ids' '0 100000' "$("$oci" exec k5 sh -c 'echo $(id -u) $(cat /proc/self/uid_map)' | cut -d' ' -f1,3)"
  "$oci" delete --force k5
}

failed_checkpoints() {
  local broken mounts
  counting k6
  silently "$oci" run -d --bundle "$work/k6" k6 >/dev/null
  goes_on k6 3 >/dev/null
  printf '#!/bin/sh\nexit 3\n' >"$work/criu" && chmod 755 "$work/criu"
  has 'no criu' 'executable file not found in $PATH' "$("$oci" --criu nosuch checkpoint --image-path "$work/i6" k6 2>&1)"
  has 'a criu that does not work' 'criu does not tell its version' "$("$oci" --criu "$work/criu" checkpoint --image-path "$work/i6" k6 2>&1)"
  has 'a page server that nobody runs' 'criu failed to checkpoint' "$("$oci" checkpoint --image-path "$work/i6" --page-server 127.0.0.1:1 k6 2>&1)"
  mkdir -p "$work/i6" && touch "$work/victim" && echo kept >"$work/victim" && ln -sf "$work/victim" "$work/i6/dump.log"
  check 'it runs on after each' yes "$(goes_on k6 "$(count_of k6)")"
  has 'and is running' '"status":"running"' "$("$oci" state k6 | tr -d ' \n')"
  check 'it can be written then' 0 "$(silently "$oci" checkpoint --image-path "$work/i6" k6)"
  check 'a link in the place of the log is not followed' kept "$(cat "$work/victim")"
  mounts=$(wc -l </proc/self/mountinfo)
  for broken in pstree.img core-1.img inventory.img descriptors.json; do
    rm -rf "$work/i7" && cp -a "$work/i6" "$work/i7" && head -c 20 "$work/i6/$broken" >"$work/i7/$broken"
    check "images with a broken $broken" 1 "$(silently "$oci" restore -d --image-path "$work/i7" --bundle "$work/k6" k6)"
    check "leave nothing ($broken)" "$mounts" "$("$oci" list -q; ls -d /sys/fs/cgroup/inro-checks/k6 2>/dev/null; pgrep criu; wc -l </proc/self/mountinfo)"
  done
  has 'no images' 'is no directory of images' "$("$oci" restore -d --image-path /nosuch --bundle "$work/k6" k6 2>&1)"
  check 'a foreground restore gives the status of the container' 137 "$("$oci" restore --image-path "$work/i6" --bundle "$work/k6" k6 </dev/null >/dev/null 2>&1 & goes_on k6 "$(count_of k6)" >/dev/null; "$oci" kill k6 KILL; wait $!; echo $?)"
  check 'and deletes it' '' "$("$oci" list -q)"
}
