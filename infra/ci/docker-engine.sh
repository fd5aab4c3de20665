#!/usr/bin/env bash
# Starts a Docker engine of its own for the tests, with a PostgreSQL image made from this machine's own binaries, so that
# no image registry is needed. Prints the environment for Testcontainers as `export` lines; ends with 1, and a reason on
# stderr, where this machine cannot run one. `docker-engine.sh stop` ends the engine.
set -euo pipefail
home=${CORRECTION_ENGINE_HOME:-/tmp/correction-engine}
socket=$home/docker.sock
image=correction-postgres:local
say() { echo "docker-engine: $*" >&2; }

if [ "${1:-start}" = stop ]; then
  [ -f "$home/engine.pid" ] && kill "$(cat "$home/engine.pid")" 2>/dev/null || true
  exit 0
fi

[ "$(id -u)" = 0 ] || { say "needs root"; exit 1; }
mkdir -p "$home"
engine=$(command -v dockerd || { [ -x /usr/sbin/dockerd ] && echo /usr/sbin/dockerd; } || true)
if [ -z "$engine" ]; then
  apt-get install -y --no-install-recommends docker.io >"$home/apt.log" 2>&1 || { say "docker.io cannot be installed"; exit 1; }
  engine=/usr/sbin/dockerd
fi
client=/usr/bin/docker
[ -x "$client" ] || client=$(command -v docker)
docker_() { "$client" -H "unix://$socket" "$@"; }

if ! docker_ version >/dev/null 2>&1; then
  # Without iptables the engine leaves the machine's network alone; the host reaches containers through its proxy.
  PATH=/usr/sbin:/usr/bin:/sbin:/bin setsid nohup "$engine" -H "unix://$socket" --data-root "$home/data" --exec-root "$home/run" \
    --pidfile "$home/engine.pid" --iptables=false --ip-forward=false --ip-masq=false --oom-score-adjust=0 >"$home/engine.log" 2>&1 </dev/null &
  for _ in $(seq 60); do docker_ version >/dev/null 2>&1 && break; sleep 0.5; done
fi
docker_ version >/dev/null 2>&1 || { say "the engine does not answer: $(tail -n 1 "$home/engine.log")"; exit 1; }

if ! docker_ image inspect "$image" >/dev/null 2>&1; then
  bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  major=$(basename "$(dirname "$bin")")
  root=$(mktemp -d "$home/root.XXXXXX")
  trap 'rm -rf "$root"' EXIT
  mkdir -p "$root"/{usr,etc,tmp,root,run/postgresql,proc,sys,dev,var/lib/postgresql/data}
  for link in bin sbin lib lib64; do mkdir -p "$root/usr/$link"; ln -s "usr/$link" "$root/$link"; done
  ln -s /run "$root/var/run"
  tools=(bash sh env cat chmod chown cp date echo grep head id ls mkdir mv printf rm sed setpriv sleep sort tail test touch tr true uname locale dirname basename)
  files=()
  for tool in "${tools[@]}"; do path=$(type -P "$tool") && cp -L "$path" "$root/usr/bin/" && files+=("$path"); done
  tar -C / -c "usr/lib/postgresql/$major" "usr/share/postgresql/$major" usr/share/zoneinfo usr/lib/locale/C.utf8 | tar -C "$root" -x
  rm -f "$root/usr/lib/postgresql/$major/lib/"*llvmjit*
  for program in "$root/usr/lib/postgresql/$major/bin/"*; do ln -s "../lib/postgresql/$major/bin/$(basename "$program")" "$root/usr/bin/$(basename "$program")"; done
  { ldd "${files[@]}" "$bin"/* "$root/usr/lib/postgresql/$major/lib/"*.so 2>/dev/null || true; } \
    | grep -oE '/[^ ]+\.so[^ ]*' | grep -v ':$' | grep -v "^$root" | sort -u \
    | while read -r library; do [ -e "$library" ] || continue; target="$root/usr${library#/usr}"; mkdir -p "$(dirname "$target")"; cp -L "$library" "$target"; done
  cp -L /lib64/ld-linux-x86-64.so.2 "$root/usr/lib64/"
  printf 'root:x:0:0:root:/root:/bin/bash\npostgres:x:999:999::/var/lib/postgresql:/bin/bash\n' >"$root/etc/passwd"
  printf 'root:x:0:\npostgres:x:999:\n' >"$root/etc/group"
  cat >"$root/usr/bin/entrypoint.sh" <<'ENTRY'
#!/bin/bash
# What the official image does, as far as Testcontainers relies on it: initdb with the given user, password and
# database, then the server, as user postgres.
set -euo pipefail
data=${PGDATA:-/var/lib/postgresql/data}
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$data" /run/postgresql
  chown postgres:postgres "$data" /run/postgresql
  chmod 700 "$data"
  exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
fi
[ "${1:-}" = postgres ] && shift
if [ ! -s "$data/PG_VERSION" ]; then
  initdb -D "$data" -U "$user" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") -A scram-sha-256 --auth-local=trust -E UTF8 --no-sync
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  pg_ctl -D "$data" -w -o "-c listen_addresses='' -c unix_socket_directories=/run/postgresql" start
  [ "$database" = postgres ] || psql -h /run/postgresql -U "$user" -d postgres -c "create database \"$database\""
  pg_ctl -D "$data" -m fast -w stop
fi
exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/run/postgresql "$@"
ENTRY
  chmod 755 "$root/usr/bin/entrypoint.sh"
  chmod 1777 "$root/tmp"
  chown -R 999:999 "$root/run/postgresql" "$root/var/lib/postgresql"
  tar -C "$root" -c . | docker_ import --change 'ENTRYPOINT ["/usr/bin/entrypoint.sh"]' --change 'CMD ["postgres"]' --change 'EXPOSE 5432' \
    --change 'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 PGDATA=/var/lib/postgresql/data' --change 'VOLUME /var/lib/postgresql/data' - "$image" >/dev/null
fi

cat <<ENV
export DOCKER_HOST=unix://$socket DOCKER_API_VERSION=1.41
export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1
export CORRECTION_TEST_POSTGRES_IMAGE=$image
ENV
