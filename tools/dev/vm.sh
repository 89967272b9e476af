# shellcheck shell=bash
# ./dev vm-test: kernel and conformance tests in a machine with pure cgroup v2, with and without systemd (tests/vm).

vm_kernel=6.1

dev_vm_test() {
  local version=$vm_kernel boots=(direct systemd) argument boot status=0
  for argument in "$@"; do
    case $argument in
      6.*) version=$argument ;;
      direct | systemd) boots=("$argument") ;;
      *) die "vm-test knows 6.1, 6.12, direct and systemd, not '$argument'" ;;
    esac
  done
  require_root vm-test
  install_packages 'the test machine' "$vm_packages"
  dev_build
  build_vm "$version"
  vm_payload
  end_compiler_server
  for boot in "${boots[@]}"; do
    step "kernel and conformance tests on Linux $version, $boot"
    INRO_VM_SECONDS=5400 "$root/tests/vm/run.sh" "$artifacts/vm/$version" "$artifacts/vm/payload" "$boot" || status=1
    if [[ $boot == systemd ]]; then vm_reboot "$version" || status=1; fi
  done
  return "$status"
}

# vm_reboot VERSION: what starts again after a real reboot
vm_reboot() {
  local payload=$artifacts/vm/reboot
  step "a reboot on Linux $1"
  rm -rf "$payload" && mkdir -p "$payload/bin"
  cp "$root/tests/vm/payloads/reboot/run.sh" "$demo_image" "$payload/" && cp "$program" "$payload/bin/"
  INRO_VM_REBOOTS=1 INRO_VM_SECONDS=900 "$root/tests/vm/run.sh" "$artifacts/vm/$1" "$payload" systemd
}

# build_vm VERSION
build_vm() {
  step "test machine with Linux $1 (some minutes the first time)"
  within 2400 "$root/tests/vm/build.sh" "$artifacts/vm/$1" "$1" </dev/null >&2
}

# The program, the tests that talk to a kernel, and the framework that they run on: the machine has no .NET of its own.
vm_payload() {
  local payload=$artifacts/vm/payload framework sdk runtime project
  require_sdk
  framework=$(test_framework)
  (cd "$root" && INRO_FAST=1 dotnet_quietly 900 build tests/Inro.Conformance -v q)
  rm -rf "$payload" && mkdir -p "$payload/bin" "$payload/tests" "$payload/dotnet/shared/Microsoft.NETCore.App" "$payload/dotnet/host"
  make_demo_image
  cp "$root"/tests/vm/payloads/kernel-tests/*.sh "$demo_image" "$payload/"
  for project in Inro.KernelTests Inro.Conformance; do
    cp -a "$artifacts/bin/$project/debug_$framework" "$payload/tests/$project"
  done
  cp "$program" "$payload/bin/inro" && ln "$payload/bin/inro" "$payload/bin/inro-oci"
  cp -r "$root/docs" "$root/src" "$root/Inro.slnx" "$payload/" # what tests compare with
  sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
  runtime=$(find "$sdk/shared/Microsoft.NETCore.App" -mindepth 1 -maxdepth 1 -name "${framework#net}*" | sort -V | tail -n 1)
  cp -a "$runtime" "$payload/dotnet/shared/Microsoft.NETCore.App/"
  cp -a "$sdk/host/fxr" "$payload/dotnet/host/"
  cp "$sdk/dotnet" "$payload/dotnet/"
}

# One boot with a few checks: counts as one test of ./dev test.
vm_smoke() {
  local payload=$artifacts/vm/smoke name=TestMachine.Smoke
  step 'test machine'
  if [[ $(id -u) != 0 || ! -x /usr/bin/qemu-system-x86_64 ]]; then
    say "skipped $name: needs root and QEMU (./dev vm-test installs it)"
    skipped=$((skipped + 1))
    echo "$name" >>"$results/skipped"
    return
  fi
  rm -rf "$payload" && mkdir -p "$payload/bin"
  cp "$root/tests/vm/payloads/smoke/run.sh" "$payload/" && cp "$program" "$payload/bin/"
  if build_vm "$vm_kernel" && INRO_VM_SECONDS=300 "$root/tests/vm/run.sh" "$artifacts/vm/$vm_kernel" "$payload" direct >&2; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    problems+=("$name failed")
  fi
}
