# shellcheck shell=bash
# Messages and time-outs that every part of ./dev uses. Sourced, never run.

say() { printf '%s\n' "$*" >&2; }

step() { printf '\n== %s (%(%H:%M:%S)T)\n' "$*" -1 >&2; }

# die PROBLEM [REMEDY]
die() {
  printf 'dev: %s\n' "$1" >&2
  if [[ -n ${2:-} ]]; then printf 'try: %s\n' "$2" >&2; fi
  exit 1
}

# within SECONDS COMMAND...: ends the command, and what it started in its group, when the time is over or this shell is told to end.
# timeout makes a process group, which a signal to our own group does not reach: therefore it is passed on.
within() {
  local seconds=$1 pid status=0
  shift
  timeout --kill-after=10 "$seconds" "$@" <&0 &
  pid=$!
  # shellcheck disable=SC2064 # the pid of now
  trap "kill $pid 2>/dev/null; exit 143" TERM INT HUP
  wait "$pid" || status=$?
  trap - TERM INT HUP
  return "$status"
}

require_root() {
  [[ $(id -u) == 0 ]] || die "$1 needs root" "sudo ./dev $1"
}
