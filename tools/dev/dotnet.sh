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

# dotnet_quietly SECONDS ARGUMENTS...: prints only what went wrong; the whole output stays in artifacts/dotnet.log.
dotnet_quietly() {
  local seconds=$1 log=$artifacts/dotnet.log status=0
  shift
  mkdir -p "$artifacts"
  within "$seconds" dotnet "$@" -nodeReuse:false -tl:off </dev/null >"$log" 2>&1 || status=$?
  if ((status == 0)); then return; fi
  if grep -qE '(error|warning) ' "$log"; then
    grep -E '(error|warning) ' "$log" | sed 's/ \[[^]]*\]$//' | sort -u | head -n 40 >&2
  else
    tail -n 20 "$log" >&2
  fi
  die "dotnet $1 ended with $status (124: not over after $seconds s)" "read $log"
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
