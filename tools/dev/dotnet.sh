# shellcheck shell=bash
# The .NET SDK: checked once, called with settings that leave nothing running behind.

# One compiler server for this run alone: other builds on the machine keep theirs, and it is ended with the run.
compiler_server="inro-dev-$$"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1
export UseSharedCompilation=true SharedCompilationId=$compiler_server
export DOTNET_CLI_HOME=${DOTNET_CLI_HOME:-${HOME:-$root/artifacts/home}} HOME=${HOME:-$root/artifacts/home}

require_sdk() {
  command -v dotnet >/dev/null || die "the .NET SDK 10 is not on the PATH" "https://dotnet.microsoft.com/download/dotnet/10.0"
  # In the tree, so that global.json decides which of the installed ones serves.
  dotnet_version=$(cd "$root" && dotnet --version 2>/dev/null) || die "no installed .NET SDK fits global.json" "install the .NET SDK 10.0"
}

# dotnet_quietly SECONDS ARGUMENTS...: prints only what went wrong.
dotnet_quietly() {
  local seconds=$1 log
  shift
  log=$(mktemp)
  if within "$seconds" dotnet "$@" -nodeReuse:false -tl:off </dev/null >"$log" 2>&1; then
    rm -f "$log"
  else
    grep -E '(error|warning) ' "$log" | sort -u | head -n 40 >&2 || tail -n 20 "$log" >&2
    rm -f "$log"
    die "dotnet $1 failed"
  fi
}

# Ends the compiler server of this run, if one was started.
end_compiler_server() {
  local server
  [[ -n ${dotnet_version:-} ]] || return 0
  server=$(dirname "$(readlink -f "$(command -v dotnet)")")/sdk/$dotnet_version/Roslyn/bincore/VBCSCompiler.dll
  if [[ -e $server ]]; then
    within 20 dotnet exec "$server" "-pipename:$compiler_server" -shutdown </dev/null >/dev/null 2>&1 || true
  fi
}
