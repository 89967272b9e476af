# shellcheck shell=bash
# What Inro needs from Debian, each with its reason. Nothing is installed that is already there.

# rows: package | file that proves its presence | why
build_packages='
clang|/usr/bin/clang|links the NativeAOT program
gcc|/usr/bin/gcc|compiles the two programs without libc: the walker, and the init of --init
binutils|/usr/bin/objcopy|strips symbols from the program
libc6-dev|/usr/include/stdio.h|start files and headers for the linker
zlib1g-dev|/usr/include/zlib.h|the NativeAOT runtime links it for gzip
libzstd-dev|/usr/include/zstd.h|linked statically: layers compressed with zstd
libsqlite3-dev|/usr/include/sqlite3.h|linked statically: metadata
'
# The engine runs without these, with less: seccomp profiles that are not yet in the cache, rootless id ranges, the demo image.
engine_packages='
libseccomp2|/usr/lib/x86_64-linux-gnu/libseccomp.so.2|compiles a seccomp profile once; its filter is then cached
uidmap|/usr/bin/newuidmap|id ranges for containers of an ordinary user
busybox-static|/bin/busybox|what the demo and test images are made of
'
test_packages='
strace|/usr/bin/strace|compares inro explain with the calls that were made
libcap2-bin|/usr/sbin/setcap|file capabilities in test layers
fuse-overlayfs|/usr/bin/fuse-overlayfs|one of the ways to stack layers
attr|/usr/bin/getfattr|extended attributes of files in containers
acl|/usr/bin/setfacl|binary extended attributes in test layers
xz-utils|/usr/bin/xz|test archives
zstd|/usr/bin/zstd|test layers
skopeo|/usr/bin/skopeo|a second opinion on image layouts
umoci|/usr/bin/umoci|a second opinion on unpacked layers
docker-registry|/usr/bin/docker-registry|the registry that tests pull from and push to, on loopback
apache2-utils|/usr/bin/htpasswd|its users
openssl|/usr/bin/openssl|its certificates
runc|/usr/sbin/runc|makes bundles; the conformance suite runs on it first
crun|/usr/bin/crun|the conformance suite runs on it too
iproute2|/usr/sbin/ip|network devices in a namespace of the test
time|/usr/bin/time|peak memory of commands
'
vm_packages='
qemu-system-x86|/usr/bin/qemu-system-x86_64|runs the test machine
qemu-utils|/usr/bin/qemu-img|throw-away disks of the test machine
busybox-static|/bin/busybox|its first programs
debootstrap|/usr/sbin/debootstrap|its root file system
cpio|/usr/bin/cpio|its initial ram disk
e2fsprogs|/usr/sbin/mkfs.ext4|its disk
xz-utils|/usr/bin/xz|its kernel modules
'
bench_packages='
time|/usr/bin/time|peak memory of a command
curl|/usr/bin/curl|asks the API server whether it is there
runc|/usr/sbin/runc|makes the bundle that is started
busybox-static|/bin/busybox|what runs in it
docker-registry|/usr/bin/docker-registry|the registry that images are pulled from and pushed to
openssl|/usr/bin/openssl|digests beside ours
pigz|/usr/bin/pigz|gzip beside ours
zstd|/usr/bin/zstd|zstd beside ours
'
peers_packages='
debootstrap|/usr/sbin/debootstrap|unpacks the peers beside the system
iproute2|/usr/sbin/ip|brings up the peers'"'"' own loopback interface
'

# missing_packages ROWS: prints the rows whose file is absent.
missing_packages() {
  local package file why
  while IFS='|' read -r package file why; do
    if [[ -n $package && ! -e $file ]]; then printf '%s|%s\n' "$package" "$why"; fi
  done <<<"$1"
}

# install_packages WHAT ROWS
install_packages() {
  local what=$1 missing package why names=()
  missing=$(missing_packages "$2")
  [[ -n $missing ]] || return 0
  say "$what needs from Debian:"
  while IFS='|' read -r package why; do
    printf '  %-16s %s\n' "$package" "$why" >&2
    names+=("$package")
  done <<<"$missing"
  [[ $(id -u) == 0 ]] || die "these packages are missing and only root can install them" \
    "sudo apt-get install --no-install-recommends ${names[*]}"
  apt_install "${names[@]}"
}

apt_install() {
  local quiet=(-qq -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0)
  export DEBIAN_FRONTEND=noninteractive
  if ! within 600 apt-get "${quiet[@]}" install -y --no-install-recommends "$@" </dev/null >/dev/null 2>&1; then
    within 300 apt-get "${quiet[@]}" update </dev/null >/dev/null || die "apt-get update failed" "check the machine's package sources"
    within 900 apt-get "${quiet[@]}" install -y --no-install-recommends "$@" </dev/null >/dev/null ||
      die "apt-get could not install: $*" "install them by hand and run this again"
  fi
}
