# shellcheck shell=bash
# ./dev bench [ROW…]: bench/Inro.Bench measures; this builds it and gives it the peers.

floor=$artifacts/bench/floor/Inro.Floor

# The smallest program of this kind, for scale.
publish_floor() {
  if [[ -x $floor && $floor -nt $root/bench/Inro.Floor/Inro.Floor.csproj ]]; then return; fi
  (unset INRO_FAST && cd "$root" && dotnet_quietly 600 publish bench/Inro.Floor -f "$(publish_framework)" -c Release -v q \
    -p:RunAnalyzers=false -o "$artifacts/bench/floor")
}

dev_bench() {
  require_root bench
  install_packages 'the bench' "$bench_packages"
  dev_build
  make_demo_image
  (cd "$root" && INRO_FAST=1 dotnet_quietly 900 build bench/Inro.Bench -c Release -v q)
  publish_floor
  end_compiler_server
  INRO_TREE=$root INRO_BINARY=$program INRO_PEERS=$peers_dir \
    within 3600 "$artifacts/bin/Inro.Bench/release_$(test_framework)/Inro.Bench" "$@"
}
