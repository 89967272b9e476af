#!/bin/bash
# Runs a command among the peers: their root file system, and mount, pid, network, ipc, uts and cgroup namespaces of their own.
# usage: enter.sh PEERS_DIRECTORY TREE COMMAND...    TREE and the .NET of this machine appear there under the same paths.
# When the command ends, the kernel ends everything that it started; cgroups and data are removed here.
set -euo pipefail

peers=$(readlink -f "${1:?peers directory}")
tree=$(readlink -f "${2:?working tree}")
shift 2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=inro-peers-$$
groups=()

hierarchies() { awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/self/mounts; }

make_groups() {
  local hierarchy group file
  while read -r hierarchy; do
    group=$hierarchy/$name
    mkdir "$group" 2>/dev/null || continue
    groups+=("$group")
    # A new cpuset has no processor and no memory node, and takes no process before it has.
    for file in cpuset.mems cpuset.cpus; do
      if [[ -e $group/$file && -e $hierarchy/$file ]]; then cat "$hierarchy/$file" >"$group/$file"; fi
    done
    if [[ -e $group/cgroup.clone_children ]]; then echo 1 >"$group/cgroup.clone_children"; fi
  done < <(hierarchies)
}

# shellcheck disable=SC2317 # the trap calls it
remove_groups() {
  local group tries
  for group in "${groups[@]}"; do
    for tries in 1 2 3 4 5 6 7 8; do
      find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
      [[ -d $group ]] || break
      sleep "0.$tries"
    done
  done
  rm -rf --one-file-system "$peers/data"
}

main() {
  local group status=0
  trap remove_groups EXIT
  make_groups
  mkdir -p "$peers/data"
  (
    for group in "${groups[@]}"; do echo "$BASHPID" >"$group/cgroup.procs"; done
    # The program that the kernel ends with its parent is process 1 in there, so nothing outlives it.
    exec unshare --mount --pid --net --ipc --uts --cgroup --fork --kill-child \
      sh "$here/inside.sh" "$peers" "$tree" "$(dirname "$(readlink -f "$(command -v dotnet)")")" "$@"
  ) || status=$?
  exit "$status"
}

main "$@"
