#!/bin/sh
# Starts rcc-oci by the deno that lies beside this file, with nothing else needed on PATH.
set -eu
self=$0
while [ -L "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=${self%/*}/$target ;;
  esac
done
here=${self%/*}
[ "$here" != "$self" ] || here=.
exec "$here/deno" run --no-config --no-lock --no-remote --no-npm \
  --allow-read --allow-write --allow-env --allow-sys --allow-net --allow-run --no-prompt \
  --v8-flags=--max-semi-space-size=1 \
  "$here/rcc-oci.js" "$@"
