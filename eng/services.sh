# Servers the tests need, on loopback and thrown away afterwards. To be sourced:
#
#   source eng/services.sh && start_services      then run a test program by hand; stop_services at the end
#
# Each start_X installs nothing: services_packages says what is missing. Each writes the address the tests read:
#
#   TRIBUTARY_TEST_POSTGRES   postgresql://user:password@127.0.0.1:port/database, a superuser's
#   TRIBUTARY_TEST_S3         http://access-key:secret-key@127.0.0.1:port/bucket

services_folder=""
services_stops=()
# Looked for in everything the tests print: a password that shows up there leaked.
services_password="canary-password-5c0e9b7d41"

# Debian packages that are missing, one a line.
services_packages() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || echo postgresql
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
}

start_services() {
    start_postgres
    start_s3
}

stop_services() {
    local stop
    for stop in "${services_stops[@]}"; do
        $stop || true
    done
    services_stops=()
    [ -z "$services_folder" ] || rm -rf "$services_folder"
    services_folder=""
}

# The folder of all servers, readable by the users they run as.
services_home() {
    [ -n "$services_folder" ] || { services_folder=$(mktemp -d /tmp/tributary-services.XXXXXX) && chmod 755 "$services_folder"; }
}

# A port nobody listens on.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

# Runs a command as a service's own user where we are root: most refuse to run as root.
as_user() {
    local user=$1
    shift
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid="$user" --regid="$user" --clear-groups env HOME="$services_folder" "$@")
    else
        "$@"
    fi
}

start_postgres() {
    services_home
    local bin folder port
    bin=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)")
    folder=$services_folder/postgres
    mkdir "$folder"
    echo "$services_password" >"$folder/password"
    [ "$(id -u)" != 0 ] || chown -R postgres "$folder"
    as_user postgres "$bin/initdb" -D "$folder/data" -U tributary --pwfile="$folder/password" -A scram-sha-256 -E UTF8 --locale=C.UTF-8 -N >"$folder/initdb.log" 2>&1 ||
        { cat "$folder/initdb.log" >&2; return 1; }
    # Nothing here outlives the tests: no fsync. A connection a test: many of them.
    cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 300
shared_buffers = 128MB
log_min_messages = fatal
CONF
    # Another program may take the port between the look and the start.
    local try
    for try in 1 2 3 4 5; do
        port=$(free_port)
        if as_user postgres "$bin/pg_ctl" -D "$folder/data" -w -t 60 -o "-p $port" -l "$folder/server.log" start >/dev/null 2>&1; then
            services_stops+=(stop_postgres)
            export TRIBUTARY_TEST_POSTGRES="postgresql://tributary:$services_password@127.0.0.1:$port/postgres"
            return
        fi
    done
    cat "$folder/server.log" >&2
    return 1
}

stop_postgres() {
    local bin
    bin=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)")
    as_user postgres "$bin/pg_ctl" -D "$services_folder/postgres/data" -m immediate stop >/dev/null 2>&1
    unset TRIBUTARY_TEST_POSTGRES
}

# Servers that come as packages of Node, in the versions of the lock file.
services_modules() {
    local folder installed
    folder=$(dirname "${BASH_SOURCE[0]}")/../tests/services
    installed=$folder/node_modules/.package-lock.json
    [ "$installed" -nt "$folder/package-lock.json" ] || (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error >/dev/null && touch node_modules/.package-lock.json)
}

start_s3() {
    services_home
    services_modules
    local folder try
    folder=$services_folder/s3
    mkdir "$folder"
    touch "$folder/log"
    # s3rver encrypts the places where a list goes on by what OpenSSL 3 calls legacy.
    S3_SECRET=$services_password node --openssl-legacy-provider "$(dirname "${BASH_SOURCE[0]}")/../tests/services/s3.js" "$folder/data" >"$folder/log" 2>&1 &
    services_s3=$!
    services_stops+=(stop_s3)
    for try in $(seq 100); do
        grep -q '^ready ' "$folder/log" && break
        kill -0 "$services_s3" 2>/dev/null || break
        sleep 0.1
    done
    grep -q '^ready ' "$folder/log" || { cat "$folder/log" >&2; return 1; }
    export TRIBUTARY_TEST_S3="http://tests:$services_password@127.0.0.1:$(sed -n 's/^ready //p' "$folder/log")/datasets"
}

stop_s3() {
    kill "$services_s3" 2>/dev/null
    unset TRIBUTARY_TEST_S3
}
