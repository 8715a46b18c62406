#!/usr/bin/env bash
# Installs, where it may, what tests behind real NATs need: network namespaces, nftables and coturn. Says so where those
# tests will not run, because this machine makes no namespaces. Where only a program is missing, they fail. With the
# argument «say» it installs nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

missing() { for program in ip nft turnserver; do command -v $program >/dev/null || echo $program; done; }

if [ "${1:-}" != say ] && [ -n "$(missing)" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  # Its package would start coturn as a service.
  [ ! -d /run/systemd/system ] || systemctl is-enabled --quiet coturn || systemctl mask --quiet coturn
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends iproute2 nftables coturn; } >&2 ||
    echo "tools/namespaces.sh: apt-get failed" >&2
fi

if [ "$(uname)" != Linux ]; then reason='not Linux'
elif reason=$(bin/middle -possible 2>&1 </dev/null); then exit 0; fi
echo "NOT TESTED: peers and browsers behind real NATs and firewalls ($reason). Simulated ones are." >&2
