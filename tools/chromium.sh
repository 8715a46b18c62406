#!/usr/bin/env bash
# Prints the path of a Chromium for the browser tests, and installs one first where there is none.
set -euo pipefail
found() { [ -n "${1:-}" ] && [ -x "$1" ] && echo "$1" && exit 0; return 0; }

found "${CHROMIUM_PATH:-}"
for name in chromium chromium-browser google-chrome; do found "$(command -v "$name" || true)"; done

root="$(cd "$(dirname "$0")/.." && pwd)"
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >&2
  found "$(command -v chromium || true)"
fi
(cd "$root/emulator-tests" && npx playwright-core install chromium >&2 &&
  node -e 'console.log(require("playwright-core").chromium.executablePath())')
