#!/bin/sh
set -eu

usage() {
  cat << 'END'
Installs rcc-oci for Linux (glibc) or macOS into ~/.local/bin, for the user who runs this:
  curl --proto '=https' -fsSL https://github.com/joshyorko/rcc-oci/releases/latest/download/install.sh | sh
RCC_OCI_VERSION chooses a version, RCC_OCI_INSTALL another folder, RCC_OCI_RELEASES another place.
The program is checked against SHA256SUMS and started once, and then put in place by a rename.
END
}

main() {
  case ${1-} in
    "") ;;
    -h | --help) usage && return ;;
    *) fail "read \"$1\": it takes no arguments, see --help" ;;
  esac
  releases=${RCC_OCI_RELEASES:-https://github.com/joshyorko/rcc-oci/releases}
  folder=${RCC_OCI_INSTALL:-${HOME:+$HOME/.local/bin}}
  [ -n "$folder" ] || fail "find a folder to install into: HOME is not set, set RCC_OCI_INSTALL"
  case ${RCC_OCI_VERSION:-latest} in
    latest) base=$releases/latest/download ;;
    *) base=$releases/download/v${RCC_OCI_VERSION#v} ;;
  esac
  case "$(uname -s) $(uname -m)" in
    "Linux x86_64" | "Linux amd64") asset=rcc-oci-linux-x86_64.tar.gz ;;
    "Linux aarch64" | "Linux arm64") asset=rcc-oci-linux-aarch64.tar.gz ;;
    "Darwin x86_64") asset=rcc-oci-macos-x86_64.tar.gz ;;
    "Darwin arm64") asset=rcc-oci-macos-aarch64.tar.gz ;;
    *) fail "find rcc-oci for $(uname -s) $(uname -m): it is for Linux and macOS, x86_64 and aarch64" ;;
  esac
  # Encrypted all the way, wherever redirects lead; only this machine itself is asked without.
  case $releases in
    http://127.0.0.1[:/]* | http://localhost[:/]*) proto='=http' ;;
    *) proto='=https' ;;
  esac
  [ ! -d "$folder/rcc-oci" ] ||
    fail "install $folder/rcc-oci: there is a folder, remove it, or choose another by RCC_OCI_INSTALL"
  mkdir -p "$folder" || fail "make the folder $folder, choose another by RCC_OCI_INSTALL"
  part=$(mktemp -d "$folder/.rcc-oci.XXXXXX") || fail "write into $folder"
  child=
  trap '[ -z "$child" ] || kill "$child"; rm -rf "$part"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  fetch SHA256SUMS
  fetch "$asset"
  expected=$(awk -v name="$asset" '$2 == name { print $1 }' "$part/SHA256SUMS")
  [ "$(sha256 "$part/$asset")" = "${expected:-none}" ] ||
    fail "install $asset: its SHA-256 is not the one in SHA256SUMS"
  tar -xzf "$part/$asset" -C "$part" || fail "unpack $asset"
  version=$("$part/rcc-oci/rcc-oci" --version) || fail "run the rcc-oci that was downloaded"
  mv -f "$part/rcc-oci/rcc-oci" "$folder/rcc-oci"
  echo "Installed $version as $folder/rcc-oci"
  case :$PATH: in *:"$folder":*) ;; *) echo "Add $folder to your PATH" ;; esac
}

# In the background, so that a signal does not wait for it.
fetch() {
  curl --proto "$proto" -fsSL --retry 3 -o "$part/$1" "$base/$1" &
  child=$! code=0
  wait "$child" || code=$?
  child=
  [ "$code" = 0 ] || fail "download $base/$1"
}

sha256() { { sha256sum "$1" 2> /dev/null || shasum -a 256 "$1"; } | cut -d ' ' -f 1; }

fail() {
  echo "Error: failed to $1" >&2
  exit 1
}

main "$@"
