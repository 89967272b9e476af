# shellcheck shell=bash
# Part of checks.sh: class and priority of a container's packets, by the rule on a v2 cgroup and by v1's controllers.

packet_marks() {
  packets_by 'a rule on the v2 cgroup'
  # A machine with v1's controllers beside v2, for as long as this takes.
  modprobe cls_cgroup
  mkdir -p /run/net && mount -t cgroup -o net_cls,net_prio none /run/net || return
  packets_by 'net_cls and net_prio' 'tc filter add dev lo parent 10: protocol all handle 1: cgroup'
  check 'the container is gone from v1' '' "$(find /run/net -name packet)"
  find /run/net -mindepth 1 -depth -type d -exec rmdir {} +
  umount /run/net && rmdir /run/net
  rmdir /sys/fs/cgroup/inro-checks 2>/dev/null
}

# packets_by NAME [COMMAND]: with one more thing to set up
packets_by() {
  local class='"network":{"classID":1048577}' priority='"network":{"priorities":[{"name":"lo","priority":1048578}]}'
  check "$1: class" 10:1 "$(class_of_packet "$class" "${2:-}")"
  check "$1: priority" 10:2 "$(class_of_packet "$priority" "${2:-}")"
  check "$1: neither" '' "$(class_of_packet '"hugepageLimits":[]' "${2:-}")"
}

# class_of_packet RESOURCES COMMAND: the traffic class that counts a packet of the container on the machine's own lo, the only one that net_prio knows
class_of_packet() {
  local b=$work/packet class
  rm -rf "$b" && bundle "$b" '"nc -w 1 127.0.0.1 9 2>/dev/null; true"'
  ln -sf busybox "$b/rootfs/bin/nc"
  sed -i 's/,{"type":"network"}//; s/"resources":{/"resources":{'"$1"',/' "$b/config.json"
  tc qdisc add dev lo root handle 10: htb
  for class in 10:1 10:2; do tc class add dev lo parent 10: classid "$class" htb rate 1gbit; done
  $2
  "$oci" --root "$work/packets" run --bundle "$b" packet 2>&1
  tc -s class show dev lo | awk '/^class/ { c = $3 } /Sent/ && $4 > 0 { print c }'
  tc qdisc del dev lo root
}
