# shellcheck shell=bash
# ./dev demo: from a clone to a container.

demo_image=$artifacts/demo/image.tar
demo_reference=inro-demo:latest
demo_epoch='@1700000000' # every time stamp in the image, so that its digest never changes by itself

dev_demo() {
  install_packages 'the engine' "$engine_packages"
  dev_build
  make_demo_image
  step 'inro load'
  demo_inro load --input "$demo_image"
  step 'inro images'
  demo_inro images
  step 'inro run'
  run_demo_container
  step 'inro ps -a (nothing is left)'
  demo_inro ps -a
}

# An instance of its own: the user's images and containers are left alone.
demo_inro() { within 60 "$program" --root "$artifacts/demo/root" "$@"; }

run_demo_container() {
  local limits=(--memory 64m --pids-limit 64 --cpus 0.5)
  # A machine's ordinary user may have no cgroup of his own to write to.
  if [[ $(id -u) != 0 ]]; then limits=(); fi
  demo_inro run --rm --network none --hostname box "${limits[@]}" "$demo_reference" /bin/sh /etc/show
}

# What the container runs; it sees only what is its own.
# shellcheck disable=SC2016 # expanded in the container
demo_show='#!/bin/sh
echo "process id   $$ (of $(ls -d /proc/[0-9]* | wc -l) that exist here)"
echo "host name    $(hostname)"
echo "system       $(. /etc/os-release; echo "$NAME")"
echo "identity     $(id)"
echo "capabilities $(sed -n "s/^CapEff:[[:space:]]*//p" /proc/self/status), no_new_privs $(sed -n "s/^NoNewPrivs:[[:space:]]*//p" /proc/self/status), seccomp mode $(sed -n "s/^Seccomp:[[:space:]]*//p" /proc/self/status)"
echo "links        $(ls /sys/class/net | tr "\n" " ")"
limit() { for file; do [ -r "$file" ] && { cat "$file"; return; }; done; echo "none"; }
echo "memory       $(limit /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max) bytes"
echo "processes    $(limit /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max)"
echo "mounts       $(wc -l </proc/mounts):"
head -n 8 /proc/mounts | cut -c 1-100 | sed "s/^/  /"'

# A layout with one layer, as the image specification has it; bash, tar and sha256sum are all that it takes.
make_demo_image() {
  local work=$artifacts/demo/work layer diff config manifest
  [[ ! -e $demo_image || $root/tools/dev/demo.sh -nt $demo_image ]] || return 0
  step 'making an image out of busybox'
  rm -rf "$work" && mkdir -p "$work/layout/blobs/sha256"
  demo_rootfs "$work/rootfs"
  tar --sort=name --mtime="$demo_epoch" --owner=0 --group=0 --numeric-owner --format=posix \
    --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime -C "$work/rootfs" -cf "$work/layer.tar" .
  diff=$(sha256sum <"$work/layer.tar" | cut -d' ' -f1)
  gzip -n -6 "$work/layer.tar"
  layer=$(demo_blob "$work/layer.tar.gz")
  printf '{"architecture":"amd64","os":"linux","created":"%s","config":{"Env":["PATH=/bin"],"Cmd":["/bin/sh"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created_by":"./dev demo"}]}' \
    "$(date -u -d "$demo_epoch" +%Y-%m-%dT%H:%M:%SZ)" "$diff" >"$work/config"
  config=$(demo_blob "$work/config")
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%d},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:%s","size":%d}]}' \
    "$config" "$(demo_size "$config")" "$layer" "$(demo_size "$layer")" >"$work/manifest"
  manifest=$(demo_blob "$work/manifest")
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%d,"platform":{"architecture":"amd64","os":"linux"},"annotations":{"io.containerd.image.name":"docker.io/library/%s","org.opencontainers.image.ref.name":"%s"}}]}' \
    "$manifest" "$(demo_size "$manifest")" "$demo_reference" "${demo_reference#*:}" >"$work/layout/index.json"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$work/layout/oci-layout"
  # docker's own list of the same blobs: docker load wants it, an OCI reader passes it by.
  printf '[{"Config":"blobs/sha256/%s","RepoTags":["%s"],"Layers":["blobs/sha256/%s"]}]' \
    "$config" "$demo_reference" "$layer" >"$work/layout/manifest.json"
  tar --sort=name --mtime="$demo_epoch" --owner=0 --group=0 --numeric-owner -C "$work/layout" -cf "$demo_image" oci-layout index.json manifest.json blobs
  rm -rf "$work"
}

# demo_blob FILE: moves it into the layout and prints its digest.
demo_blob() {
  local digest
  digest=$(sha256sum <"$1" | cut -d' ' -f1)
  mv "$1" "$artifacts/demo/work/layout/blobs/sha256/$digest"
  echo "$digest"
}

demo_size() { stat -c %s "$artifacts/demo/work/layout/blobs/sha256/$1"; }

demo_rootfs() {
  local tree=$1 applet
  mkdir -p "$tree"/{bin,dev,etc,proc,root,sys,tmp,usr/bin,var}
  chmod 755 "$tree" && chmod 1777 "$tree/tmp" && chmod 700 "$tree/root"
  install -m 755 /bin/busybox "$tree/bin/busybox"
  # busybox lists itself: a link of that name would replace the program by a link to itself.
  for applet in $(/bin/busybox --list); do
    if [[ $applet != busybox ]]; then ln -s busybox "$tree/bin/$applet"; fi
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$tree/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$tree/etc/group"
  printf 'ID=inro-demo\nNAME="Inro demo image"\n' >"$tree/etc/os-release"
  printf '%s\n' "$demo_show" >"$tree/etc/show"
  chmod 644 "$tree"/etc/*
}
