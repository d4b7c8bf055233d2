#!/usr/bin/env bash
# The browser test drives Debian's Chromium. Installed here when that needs no question (root and apt);
# elsewhere the test says plainly why it was skipped.
set -euo pipefail
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "== Chromium for the browser test"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } \
    >/dev/null 2>&1 || echo "Chromium could not be installed: the browser test will be skipped."
else
  echo "Chromium is not here and only root can install it: the browser test will be skipped."
fi
