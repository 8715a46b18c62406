#!/usr/bin/env bash
# Installs, where it may, what tests behind real NATs need: network namespaces, nftables and coturn. Says so where they
# cannot be made; those tests are skipped then. With the argument «say» it installs nothing.
set -euo pipefail

missing() { for program in ip nft turnserver; do command -v $program >/dev/null || echo $program; done; }

if [ "${1:-}" != say ] && [ -n "$(missing)" ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  # Its package would start coturn as a service.
  [ ! -d /run/systemd/system ] || systemctl is-enabled --quiet coturn || systemctl mask --quiet coturn
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends iproute2 nftables coturn; } >&2 ||
    echo "tools/namespaces.sh: apt-get failed" >&2
fi

works() {
  local name="parley-$$-trial"
  ip netns add "$name" && { ip netns exec "$name" nft list ruleset >/dev/null; local code=$?; ip netns del "$name"; return $code; }
}
if [ "$(uname)" != Linux ]; then reason='not Linux'
elif [ "$(id -u)" != 0 ]; then reason='only root can make network namespaces'
elif [ -n "$(missing)" ]; then reason="no $(missing | paste -sd,): apt-get install iproute2 nftables coturn"
elif ! works 2>/dev/null; then reason='this machine makes no network namespaces'
else exit 0; fi
echo "NOT TESTED: peers and browsers behind real NATs and firewalls ($reason). Simulated ones are." >&2
