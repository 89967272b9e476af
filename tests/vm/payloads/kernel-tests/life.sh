# shellcheck shell=bash
# Part of checks.sh: what only a machine with pure v2 can show of a container's life: its files, usage and what a user sets in them.

container_life() {
  local id c
  id=$(i run -d --name life --cgroup-conf memory.high=50331648 --cgroup-conf pids.max=25 -m 64m inro-demo sh -c 'x=$(head -c 8388608 /dev/zero | tr "\0" a); while :; do sleep 1; done')
  c=$(cgroup_of "$(i inspect --format '{{.State.Pid}}' life)")
  check '--cgroup-conf' '50331648 25' "$(cat "$c/memory.high" "$c/pids.max" | xargs)"
  check 'cgroup get' 50331648 "$(i cgroup get life memory.high)"
  check 'cgroup set' 41943040 "$(i cgroup set life memory.high=41943040; cat "$c/memory.high")"
  has 'a file that is not there is refused, with the reason' 'nosuch.file' "$(i cgroup set life nosuch.file=1 2>&1)"
  has 'a file elsewhere is refused' '../' "$(i cgroup get life ../cgroup.procs 2>&1)"
  check 'update' '100663296 31' "$(i update -m 96m --pids-limit 31 life >/dev/null; cat "$c/memory.max" "$c/pids.max" | xargs)"
  sleep 3
  check 'stats: processes and limit' '2 96MiB' "$(i stats --no-stream --format '{{.PIDs}} {{.MemUsage}}' life | sed 's| .*/ | |')"
  has 'stats: memory in use, as the kernel counts it' MiB "$(i stats --no-stream --format '{{.MemUsage}}' life)"
  check 'stats: docker counts usage without inactive_file' yes "$(
    used=$(($(cat "$c/memory.current") - $(sed -n 's/^inactive_file //p' "$c/memory.stat"))) told=$(i stats --no-stream --format '{{.MemUsage}}' life | sed 's/MiB.*//; s/\..*//')
    (((used >> 20) - told < 2 && told - (used >> 20) < 2)) && echo yes || echo "$used $told")"
  has 'inspect --kernel' memory.max "$(i inspect --kernel life)"
  check 'pause freezes' 1 "$(i pause life >/dev/null; cat "$c/cgroup.freeze")"
  check 'unpause thaws' 0 "$(i unpause life >/dev/null; cat "$c/cgroup.freeze")"
  i rm -f life >/dev/null
  check 'the cgroup is gone with the container' '' "$(ls -d "$c" 2>/dev/null)"
  check 'killed for memory is told' 'true 137' "$(i run --name big -m 16m --memory-swap 16m inro-demo sh -c 'x=$(head -c 67108864 /dev/zero | tr "\0" a); echo ${#x}' >/dev/null 2>&1; i inspect --format '{{.State.OOMKilled}} {{.State.ExitCode}}' big; i rm big >/dev/null)"
}

# foreign_runtimes: --runtime with Debian's runc and crun
foreign_runtimes() {
  local runtime
  for runtime in runc crun; do
    check "$runtime runs a container" 'hi 33554432' "$(i run --rm --runtime "$runtime" -m 32m inro-demo sh -c 'echo hi $(cat /sys/fs/cgroup/memory.max)' 2>&1)"
    i run -d --name foreign --runtime "$runtime" inro-demo sh -c 'trap "exit 4" TERM; while :; do sleep 0.2; done' >/dev/null
    check "$runtime: exec" in "$(i exec foreign echo in 2>&1)"
    check "$runtime: pause and unpause" 'paused running' "$(i pause foreign >/dev/null; i inspect --format '{{.State.Status}}' foreign | tr '\n' ' '; i unpause foreign >/dev/null; i inspect --format '{{.State.Status}}' foreign)"
    check "$runtime: update" 67108864 "$(i update -m 64m foreign >/dev/null; i exec foreign cat /sys/fs/cgroup/memory.max)"
    check "$runtime: stop and its status" 4 "$(i stop foreign >/dev/null; i inspect --format '{{.State.ExitCode}}' foreign)"
    i rm -f foreign >/dev/null
  done
}
