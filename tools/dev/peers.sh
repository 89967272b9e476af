# shellcheck shell=bash
# The newest peers from Debian's unstable suite, in a folder of their own: nothing of the host changes.
# INRO_PEERS names the folder (default artifacts/peers); it may be moved, nothing inside knows where it stands.

peers_dir=${INRO_PEERS:-$root/artifacts/peers}
# The mirror that this machine's apt already uses.
peers_mirror() {
  local found
  found=$(apt-get indextargets --format '$(REPO_URI) $(SUITE) $(ORIGIN)' 'Created-By: Packages' 2>/dev/null |
    awk '$3 == "Debian" && $2 !~ /-security$/ { print $1; exit }')
  found=${INRO_PEERS_MIRROR:-$found}
  [[ -n $found ]] || die 'apt knows no mirror of Debian' 'run apt-get update, or name one in INRO_PEERS_MIRROR'
  echo "$found"
}
peers_wanted=(crun runc containerd docker.io docker-cli podman conmon netavark skopeo umoci buildah
  iptables nftables iproute2 ca-certificates busybox-static procps time)

dev_peers() {
  require_root peers
  install_packages 'the folder of peers' "$peers_packages"
  if [[ ! -e $peers_dir/versions.txt || $(wc -l <"$peers_dir/versions.txt") != "${#peers_wanted[@]}" ]]; then
    peers_unpack
    peers_install
    peers_versions >"$peers_dir/versions.txt.new"
    mv "$peers_dir/versions.txt.new" "$peers_dir/versions.txt"
  fi
  say "peers in $peers_dir:"
  cat "$peers_dir/versions.txt"
}

peers_unpack() {
  [[ ! -e $peers_dir/root/.unpacked ]] || return 0
  step "unpacking Debian unstable into $peers_dir/root"
  rm -rf --one-file-system "$peers_dir/root"
  mkdir -p "$peers_dir"
  # The suite's Release file may be older than its own Valid-Until says it should be: a snapshot is good enough here.
  printf 'Acquire::Check-Valid-Until "no";\n' >"$peers_dir/apt.conf"
  APT_CONFIG=$peers_dir/apt.conf within 1500 unshare --mount --pid --fork --kill-child \
    debootstrap --variant=minbase --merged-usr unstable "$peers_dir/root" "$(peers_mirror)" </dev/null >"$peers_dir/debootstrap.log" 2>&1 ||
    die "debootstrap failed: $(tail -n 3 "$peers_dir/debootstrap.log")" "read $peers_dir/debootstrap.log and run ./dev peers again"
  cp "$peers_dir/apt.conf" "$peers_dir/root/etc/apt/apt.conf.d/99snapshot"
  touch "$peers_dir/root/.unpacked"
}

peers_install() {
  step "installing ${peers_wanted[*]}"
  # A package's service must not start: there is no init in the folder.
  printf '#!/bin/sh\nexit 101\n' >"$peers_dir/root/usr/sbin/policy-rc.d"
  chmod 755 "$peers_dir/root/usr/sbin/policy-rc.d"
  # The folder's own resolver file serves while the packages come in; the network is the host's.
  cp /etc/resolv.conf "$peers_dir/root/etc/resolv.conf"
  # shellcheck disable=SC2016 # expanded by the inner shell
  within 2400 unshare --mount --pid --fork --kill-child sh -c '
    mount --make-rprivate / && mount -t proc proc "$1/proc" && mount -t tmpfs tmpfs "$1/run" && shift_root=$1 && shift &&
    exec chroot "$shift_root" env DEBIAN_FRONTEND=noninteractive HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C sh -c "
      apt-get -q update && apt-get -q -y --no-install-recommends install $* && apt-get clean && rm -rf /var/lib/apt/lists/*"
    ' peers "$peers_dir/root" "${peers_wanted[@]}" </dev/null >"$peers_dir/install.log" 2>&1 ||
    die "installing the peers failed: $(tail -n 3 "$peers_dir/install.log")" "read $peers_dir/install.log and run ./dev peers again"
}

peers_versions() {
  # shellcheck disable=SC2016 # ${…} are dpkg-query's
  chroot "$peers_dir/root" dpkg-query -W -f '${Package} ${Version}\n' "${peers_wanted[@]}" | sort
}
