#!/bin/bash
# Serve TimescaleDB's Apache edition on 127.0.0.1: apache.sh <folder> <port>. As root; builds a Debian root
# in the folder once (a minute or so), with a fresh database each time.
set -euo pipefail
root=$1/apache
if [ ! -x "$root/usr/lib/postgresql/17/bin/postgres" ]; then
    rm -rf "$root"
    mmdebstrap --quiet --variant=minbase --include=postgresql-17-timescaledb trixie "$root" >&2
fi
rm -rf "$root/var/lib/postgresql/datos"
as_postgres() { chroot "$root" setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
as_postgres /usr/lib/postgresql/17/bin/initdb -D /var/lib/postgresql/datos -U postgres --auth=trust --encoding=UTF8 --no-sync >&2
echo listo
exec chroot "$root" setpriv --reuid=postgres --regid=postgres --clear-groups \
    /usr/lib/postgresql/17/bin/postgres -D /var/lib/postgresql/datos -p "$2" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c fsync=off -c timescaledb.telemetry_level=off \
    -c shared_preload_libraries=timescaledb
