# shellcheck shell=bash
# ./dev install [PREFIX]: the program on the PATH.

dev_install() {
  local prefix=${1:-/usr/local} shell
  dev_build
  [[ -w $prefix || ! -e $prefix ]] || die "$prefix is not writable" "sudo ./dev install $prefix"
  mkdir -p "$prefix/bin"
  install -m 755 "$program" "$prefix/bin/inro.new"
  mv -f "$prefix/bin/inro.new" "$prefix/bin/inro"
  ln -f "$prefix/bin/inro" "$prefix/bin/inro-oci"
  for shell in bash zsh fish; do
    install_completion "$shell" "$prefix/$(completion_file "$shell")"
  done
  say "installed inro and inro-oci in $prefix/bin"
  case :$PATH: in
    *":$prefix/bin:"*) ;;
    *) say "add it to your PATH: export PATH=$prefix/bin:\$PATH" ;;
  esac
}

completion_file() {
  case $1 in
    bash) echo share/bash-completion/completions/inro ;;
    zsh) echo share/zsh/site-functions/_inro ;;
    fish) echo share/fish/vendor_completions.d/inro.fish ;;
  esac
}

install_completion() {
  mkdir -p "$(dirname "$2")"
  within 20 "$program" completion "$1" >"$2.new" || die "inro completion $1 failed"
  mv -f "$2.new" "$2"
}
