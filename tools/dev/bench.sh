# shellcheck shell=bash
# ./dev bench [ROW…]: bench/Inro.Bench measures; this builds it and gives it the peers.

dev_bench() {
  require_root bench
  dev_build
  (cd "$root" && INRO_FAST=1 dotnet_quietly 900 build bench/Inro.Bench -c Release -v q)
  INRO_BINARY=$program INRO_PEERS=$peers_dir INRO_BENCH_OUT=$artifacts/bench \
    within 3600 "$artifacts/bin/Inro.Bench/release_$(test_framework)/Inro.Bench" "$@"
}
