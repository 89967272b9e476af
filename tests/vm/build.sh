#!/bin/bash
# Builds the test machine: a stock Debian kernel and a small Debian that boot under QEMU without KVM.
# usage: build.sh DIRECTORY [6.1|6.12]    A second run does only what is missing or out of date.
# Host packages: see vm_packages in tools/dev/packages.sh.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$(mkdir -p "${1:?directory}" && cd "$1" && pwd)
version=${2:-6.1}
disk_size=3000M # sparse
# In the order in which they must be loaded; what a kernel has built in is left out.
disk_modules=(virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk crc16 mbcache jbd2 crc32c_generic ext4)
guest_packages=(systemd systemd-sysv dbus udev kmod iproute2 nftables procps uidmap busybox-static strace
  libseccomp2 apparmor libcap2-bin acl attr zstd libsqlite3-0 criu
  nfs-kernel-server samba crun runc)
# The disk is made again when any of these changes.
recipe=$(cat "${BASH_SOURCE[0]}" "$here"/guest/* | sha256sum | cut -d' ' -f1)

main() {
  if [[ -e $out/recipe && $(<"$out/recipe") == "$recipe $version" ]]; then
    echo "the test machine in $out is up to date: $(<"$out/kernel-version")"
    return
  fi
  rm -f "$out/recipe"
  fetch_kernel
  make_root
  make_disk
  make_initrd
  echo "$recipe $version" >"$out/recipe"
  echo "built the test machine in $out: Linux $(<"$out/kernel-version")"
}

within() { timeout --kill-after=10 "$@"; }

# Debian's cloud kernel: few drivers, the container features whole.
fetch_kernel() {
  local meta=linux-image-cloud-amd64 package
  if [[ $version == 6.12 ]]; then meta=linux-image-6.12-cloud-amd64; fi
  package=$(apt-cache depends "$meta" | awk '/Depends: linux-image/ { print $2; exit }')
  [[ -n $package ]] || { echo "no kernel package behind $meta" >&2; exit 1; }
  if [[ ! -e $out/kernel/.$package ]]; then
    rm -rf "$out/kernel" && mkdir -p "$out/kernel"
    (cd "$out/kernel" && within 300 apt-get -q download "$package" >/dev/null 2>&1 && dpkg -x "$package"*.deb . && rm -f ./*.deb)
    touch "$out/kernel/.$package"
  fi
  basename "$out"/kernel/lib/modules/* >"$out/kernel-version"
  cp "$out/kernel/boot/vmlinuz-$(<"$out/kernel-version")" "$out/vmlinuz"
}

make_root() {
  local list
  list=$(IFS=,; echo "${guest_packages[*]}")
  if [[ ! -e $out/root/.packages || $(<"$out/root/.packages") != "$list" ]]; then
    rm -rf --one-file-system "$out/root"
    within 900 unshare --mount --pid --fork --kill-child \
      debootstrap --variant=minbase --include="$list" bookworm "$out/root" </dev/null >"$out/debootstrap.log" 2>&1 ||
      { tail -n 3 "$out/debootstrap.log" >&2; exit 1; }
    rm -rf "$out/root"/var/cache/apt/archives/*.deb "$out"/root/var/lib/apt/lists/* "$out"/root/usr/share/{doc,man,locale}
    echo "$list" >"$out/root/.packages"
  fi
  rm -rf "$out/root/lib/modules" && mkdir -p "$out/root/lib/modules"
  cp -a "$out/kernel/lib/modules/$(<"$out/kernel-version")" "$out/root/lib/modules/"
  chroot "$out/root" depmod "$(<"$out/kernel-version")"
  configure_root
}

configure_root() {
  local root=$out/root unit
  echo '/dev/vda / ext4 rw,noatime 0 1' >"$root/etc/fstab"
  echo testvm >"$root/etc/hostname"
  : >"$root/etc/machine-id"
  mkdir -p "$root/opt/inro-vm" "$root/etc/systemd/system/default.target.wants"
  install -m 755 "$here/guest/direct" "$here/guest/payload" "$root/opt/inro-vm/"
  install -m 644 "$here/guest/payload.service" "$root/etc/systemd/system/inro-payload.service"
  ln -sf ../inro-payload.service "$root/etc/systemd/system/default.target.wants/"
  # Nothing that only a long-lived machine wants: each costs seconds here. Servers are started by the checks that need them.
  for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
    nfs-server.service nfs-mountd.service nfs-client.target nfs-blkmap.service rpcbind.service rpcbind.socket smbd.service nmbd.service samba-ad-dc.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
}

make_disk() {
  rm -f "$out/disk.img"
  within 300 mkfs.ext4 -q -F -L root -E root_owner=0:0,lazy_itable_init=1 -d "$out/root" "$out/disk.img" "$disk_size"
}

make_initrd() {
  local tree=$out/initrd module file
  rm -rf "$tree" && mkdir -p "$tree"/{bin,proc,sys,dev,disk,modules}
  cp /bin/busybox "$tree/bin/"
  install -m 755 "$here/guest/init" "$tree/init"
  : >"$tree/modules/order"
  for module in "${disk_modules[@]}"; do
    file=$(find "$out/kernel/lib/modules" -name "$module.ko*" -print -quit)
    [[ -n $file ]] || continue
    cp "$file" "$tree/modules/"
    case $file in
      *.xz) xz -dq "$tree/modules/$module.ko.xz" ;;
      *.zst) zstd -dq --rm "$tree/modules/$module.ko.zst" ;;
    esac
    echo "$module.ko" >>"$tree/modules/order"
  done
  (cd "$tree" && find . | cpio --quiet -o -H newc | gzip -1) >"$out/initrd.gz"
  rm -rf "$tree"
}

main
