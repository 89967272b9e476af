#!/bin/bash
# Boots the test machine once and runs a payload in it.
# usage: run.sh MACHINE_DIRECTORY PAYLOAD_DIRECTORY [direct|systemd]
# The payload holds run.sh; what it prints comes out here, and its status is this script's. 125: the machine did not get that far.
# INRO_VM_SECONDS (default 300), INRO_VM_MEMORY_MB (2048) and INRO_VM_CPUS (2) may be set; INRO_VM_REBOOTS=1 lets the machine boot again.
set -euo pipefail

machine=$(readlink -f "${1:?machine directory}")
payload=${2:?payload directory}
boot=${3:-direct}
work=$(mktemp -d "${TMPDIR:-/tmp}/inro-vm.XXXXXX")
trap 'rm -rf "$work"' EXIT

tar -C "$payload" -cf "$work/payload.tar" .
: >"$work/result"
# no_timer_check: on a busy host the kernel takes an emulated timer that is late for a missing one.
# shellcheck disable=SC2054 # the commas are QEMU's
qemu=(qemu-system-x86_64
  -machine q35 -accel tcg,thread=multi -cpu max
  -smp "${INRO_VM_CPUS:-2}" -m "${INRO_VM_MEMORY_MB:-2048}"
  -nodefaults -no-user-config -display none
  -kernel "$machine/vmlinuz" -initrd "$machine/initrd.gz"
  -append "console=ttyS0 quiet mitigations=off no_timer_check panic=-1 systemd.show_status=0 inro.boot=$boot"
  # The disk is never written: a run leaves nothing to the next one.
  -drive "if=none,id=root,file=$machine/disk.img,format=raw,snapshot=on,cache=unsafe" -device virtio-blk-pci,drive=root
  -drive "if=none,id=payload,file=$work/payload.tar,format=raw,readonly=on" -device virtio-blk-pci,drive=payload
  -object rng-random,id=random,filename=/dev/urandom -device virtio-rng-pci,rng=random
  -chardev "file,id=console,path=$work/console" -serial chardev:console
  -chardev "file,id=result,path=$work/result" -serial chardev:result)

if [[ ${INRO_VM_REBOOTS:-} != 1 ]]; then qemu+=(-no-reboot); fi

ended=0
TMPDIR=$work timeout --kill-after=5 "${INRO_VM_SECONDS:-300}" "${qemu[@]}" </dev/null || ended=$?

tr -d '\r' <"$work/result" >"$work/lines"
grep -av '^inro-vm status ' "$work/lines" || true
status=$(sed -n 's/^inro-vm status //p' "$work/lines" | tail -n 1)
if [[ -z $status ]]; then
  echo "the test machine ended ($ended) before its payload did; its console:" >&2
  tail -n 20 "$work/console" >&2
  status=125
fi
exit "$status"
