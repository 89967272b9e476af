# shellcheck shell=bash
# Real clients that run containers through inro-oci: podman, containerd and dockerd as Debian has them.

client_packages='
podman|/usr/bin/podman|runs containers through inro-oci in the tests
conmon|/usr/bin/conmon|its monitor
buildah|/usr/bin/buildah|gives images to registries and has them from there, beside us
libdevmapper1.02.1|/lib/x86_64-linux-gnu/libdevmapper.so.1.02.1|dockerd links it
'

# Daemons are unpacked, not installed: an installed one would be started, and would change the machine's firewall.
unpack_clients() {
  local into=$artifacts/clients package
  if [[ -x $into/usr/sbin/dockerd && -x $into/usr/bin/ctr ]]; then return; fi
  step 'unpacking dockerd and containerd beside the system'
  rm -rf "$into" && mkdir -p "$into/packages"
  fetch_clients "$into/packages" || {
    within 300 apt-get -qq update </dev/null >/dev/null || die 'apt-get update failed' "check the machine's package sources"
    fetch_clients "$into/packages" || die 'apt-get could not fetch docker.io and containerd' 'fetch them by hand and run this again'
  }
  for package in "$into"/packages/*.deb; do dpkg-deb -x "$package" "$into"; done
  rm -r "$into/packages"
}

fetch_clients() {
  (cd "$1" && within 300 apt-get -qq -o APT::Sandbox::User=root download docker.io containerd </dev/null >/dev/null 2>&1)
}
