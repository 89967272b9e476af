# shellcheck shell=bash
# ./dev build: the program as one native file.

publish_seconds=1200

dev_build() {
  install_packages 'the build' "$build_packages"
  require_sdk
  local now
  now=$(sources_digest)
  if [[ -x $program && -e $artifacts/bin/.sources && $(<"$artifacts/bin/.sources") == "$now" ]]; then
    say "up to date: $program"
    return
  fi
  publish_program
  echo "$now" >"$artifacts/bin/.sources"
  say "built $program ($(($(stat -c %s "$program") / 1024)) KB) and inro-oci beside it"
}

# Of every file that can change the program, names included, so that a removed file counts too.
sources_digest() {
  (cd "$root" && find src tools/Inro.Layout global.json Directory.*.props Directory.*.targets -type f \
    ! -path '*/bin/*' ! -path '*/obj/*' -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
}

publish_framework() {
  sed -n 's/.*<InroPublishFramework>\(.*\)<\/InroPublishFramework>.*/\1/p' "$root/Directory.Build.props"
}

publish_program() {
  local out=$artifacts/publish/program library
  step 'publishing the program (about a minute)'
  # A publish that follows a failed one must not find its files.
  rm -rf "$out"
  mkdir -p "$artifacts/bin"
  (unset INRO_FAST && cd "$root" && dotnet_quietly "$publish_seconds" publish src/inro/inro.csproj -f "$(publish_framework)" -c Release \
    -v q -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false "-p:InroSymbols=$artifacts/bin/inro.symbols" -o "$out")
  # Older layouts kept build output where the program now stands.
  if [[ -d $program ]]; then rm -rf "$program"; fi
  for library in "$out"/*.so; do
    if [[ -e $library ]]; then install -m 644 "$library" "$artifacts/bin/"; fi
  done
  # Renamed into place: a program that is running keeps its own file.
  install -m 755 "$out/inro" "$program.new"
  mv -f "$program.new" "$program"
  ln -f "$program" "$artifacts/bin/inro-oci"
}
