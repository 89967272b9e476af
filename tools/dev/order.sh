# shellcheck shell=bash
# ./dev order: which functions a start runs, for the linker to put them beside each other.

order_list=$root/src/inro/startup.order
order_symbols=$artifacts/bin/inro.symbols

# The everyday commands, the most frequent first: what the first ones call stands closest together.
dev_order() {
  local order=$artifacts/order instance
  install_packages 'the engine' "$engine_packages"
  install_packages 'the measurement' "$bench_packages"
  dev_build
  make_demo_image
  instance=$order/root
  rm -rf "$order" && mkdir -p "$order/bundle/rootfs"
  order_bundle "$order/bundle"
  within 60 "$program" --root "$instance" load --quiet --input "$demo_image"
  trace_order "$order/list" "$program" version
  trace_order "$order/list" "$artifacts/bin/inro-oci" --root "$order/oci" run --bundle "$order/bundle" order
  local verb
  for verb in "run --rm $demo_reference true" "run -d --name order $demo_reference sleep 2" ps "start order" "exec order true" "logs order" \
    images "stop --time 0 order" "inspect order" "rm --force order" "ps --all"; do
    # shellcheck disable=SC2086 # words of one command
    trace_order "$order/list" "$program" --root "$instance" $verb
  done
  mv "$order/list" "$order_list"
  rm -rf "$order"
  say "$(wc -l <"$order_list") functions in $order_list; ./dev build uses them"
}

# trace_order LIST COMMAND...
trace_order() {
  local list=$1
  shift
  step "$*"
  within 120 dotnet "$artifacts/bin/Inro.Layout/release_$(test_framework)/Inro.Layout.dll" trace "$program" "$order_symbols" "$list" "$@" </dev/null >/dev/null ||
    die "tracing failed: $*" "try the command alone"
}

# order_bundle DIR: /bin/true as `runc spec` configures it.
order_bundle() {
  mkdir -p "$1"/rootfs/{bin,proc,sys,dev}
  install /bin/busybox "$1/rootfs/bin/true"
  (cd "$1" && runc spec && sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"\/bin\/true"/' config.json)
}
