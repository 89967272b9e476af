# shellcheck shell=bash
# ./dev test: every tier in turn, each with a time-out; one line of sums at the end.

results=$artifacts/test-results
expected_skips=$root/tests/expected-skips.txt
passed=0 failed=0 skipped=0
problems=()

dev_test() {
  local long=
  if [[ ${1:-} == --long ]]; then long=1; fi
  install_packages 'the engine' "$engine_packages"
  install_packages 'the tests' "$test_packages"
  install_packages 'the tests with real clients' "$client_packages"
  unpack_clients
  dev_build
  build_tests
  rm -rf "$results" && mkdir -p "$results"
  run_tier unit Inro.Tests 600 "$long"
  run_tier kernel Inro.KernelTests 1500 "$long"
  run_tier conformance Inro.Conformance "$((long ? 5000 : 1500))" "$long"
  vm_smoke
  check_skips
  report
}

dev_unit() { run_by_hand Inro.Tests "$@"; }

dev_kernel_test() { run_by_hand Inro.KernelTests "$@"; }

dev_conformance() {
  dev_build
  run_by_hand Inro.Conformance "$@"
}

# Everything, both frameworks, with analyzers: a warning is an error.
build_tests() {
  require_sdk
  step 'building everything with analyzers'
  (unset INRO_FAST && cd "$root" && dotnet_quietly 1800 build Inro.slnx -v q)
  end_compiler_server
}

test_framework() {
  sed -n 's/.*<InroTestFramework>\(.*\)<\/InroTestFramework>.*/\1/p' "$root/Directory.Build.props"
}

# run_tier NAME PROJECT SECONDS LONG
run_tier() {
  local name=$1 project=$2 seconds=$3 status=0
  local result=$results/$1.xml executable
  executable=$artifacts/bin/$project/debug_$(test_framework)/$project
  local options=(-noColor -noLogo -reporter quiet -xml "$result")
  if [[ -n $4 ]]; then options+=(-explicit on); fi
  step "$name tests"
  (cd "$root" && INRO_BINARY=$program within "$seconds" "$executable" "${options[@]}" </dev/null >&2) || status=$?
  if [[ ! -s $result ]]; then
    failed=$((failed + 1))
    problems+=("$name tests gave no result (status $status; 124 means that they were not over after $seconds s)")
    return
  fi
  count_tier "$name" "$result" "$status"
}

# count_tier NAME XML STATUS
count_tier() {
  local head tier_passed tier_failed tier_skipped
  head=$(grep -o '<assembly [^>]*>' "$2" | head -n 1)
  tier_passed=$(attribute passed "$head")
  tier_failed=$(($(attribute failed "$head") + $(attribute errors "$head")))
  tier_skipped=$(attribute skipped "$head")
  # Nothing ran, or the program died after the tests were over: neither is a pass.
  if ((tier_passed + tier_failed + tier_skipped == 0)); then tier_failed=1 && problems+=("the $1 tier holds no test"); fi
  if (($3 != 0 && tier_failed == 0)); then tier_failed=1 && problems+=("the $1 tests ended with status $3"); fi
  say "$1: $tier_passed passed, $tier_failed failed, $tier_skipped skipped"
  passed=$((passed + tier_passed)) failed=$((failed + tier_failed)) skipped=$((skipped + tier_skipped))
  { grep -o '<test [^>]*result="Skip"[^>]*>' "$2" || true; } |
    sed 's/.* type="\([^"]*\)".* method="\([^"]*\)".*/\1.\2/' >>"$results/skipped"
}

# attribute NAME ELEMENT
attribute() {
  local value
  value=$(sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$2")
  echo "${value:-0}"
}

# A skipped test is a promise that is not kept on this machine: the list may shrink by itself, it grows only by a commit.
check_skips() {
  local fresh
  touch "$results/skipped"
  if [[ $(id -u) != 0 ]]; then
    say 'as an ordinary user most kernel tests are skipped: their list is not compared'
    return
  fi
  fresh=$(grep -vxFf <(sed -e 's/[[:space:]]*#.*//' -e '/^$/d' "$expected_skips") "$results/skipped" | sort -u) || true
  if [[ -n $fresh ]]; then
    failed=$((failed + 1))
    problems+=("skipped, and not listed in tests/expected-skips.txt:"$'\n'"$fresh")
  fi
}

report() {
  local problem
  for problem in "${problems[@]}"; do say "problem: $problem"; done
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  ((failed == 0))
}

# run_by_hand PROJECT ARGUMENTS...: builds one project without analyzers and runs it.
run_by_hand() {
  local project=$1
  shift
  require_sdk
  (cd "$root" && INRO_FAST=1 dotnet_quietly 900 build "tests/$project" -v q)
  INRO_BINARY=$program within 3600 "$artifacts/bin/$project/debug_$(test_framework)/$project" -noLogo "$@"
}

dev_fmt() {
  require_sdk
  local check=()
  if [[ ${1:-} == --check ]]; then check=(--verify-no-changes); fi
  (cd "$root" && within 600 dotnet format whitespace --folder . --exclude artifacts "${check[@]}" </dev/null)
}

# dev_fuzz [TARGET] [SECONDS]
dev_fuzz() {
  set -- "${1:-tar}" "${2:-60}"
  require_sdk
  (cd "$root" && INRO_FAST=1 dotnet_quietly 900 build fuzz/Inro.Fuzz -c Release -v q)
  within $(($2 + 120)) "$artifacts/bin/Inro.Fuzz/release_$(test_framework)/Inro.Fuzz" "$@"
}
