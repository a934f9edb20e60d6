# Servers the tests need, on loopback and thrown away afterwards. To be sourced:
#
#   source eng/services.sh && start_services      then run a test program by hand; stop_services at the end
#
# Each start_X installs nothing: services_packages says what is missing. Each writes the address the tests read:
#
#   TRIBUTARY_TEST_POSTGRES   postgresql://user:password@127.0.0.1:port/database, a superuser's
#   TRIBUTARY_TEST_MARIADB    mysql://user:password@127.0.0.1:port/database, with all rights
#   TRIBUTARY_TEST_CLICKHOUSE clickhouse://user:password@127.0.0.1:port/database: the engine behind a front of ours, see tests/services/clickhouse/clickhouse.js
#   TRIBUTARY_TEST_S3         http://access-key:secret-key@127.0.0.1:port/bucket

services_folder=""
services_stops=()
# Looked for in everything the tests print: a password that shows up there leaked.
services_password="canary-password-5c0e9b7d41"

# Debian packages that are missing, one a line.
services_packages() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || echo postgresql
    [ -x /usr/sbin/mariadbd ] || echo mariadb-server
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
}

start_services() {
    start_postgres
    start_mariadb
    start_clickhouse
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

start_mariadb() {
    services_home
    local folder port try
    folder=$services_folder/mariadb
    mkdir "$folder"
    [ "$(id -u)" != 0 ] || chown -R mysql "$folder"
    as_user mysql mariadb-install-db --no-defaults --datadir="$folder/data" --auth-root-authentication-method=normal --skip-test-db >"$folder/install.log" 2>&1 ||
        { cat "$folder/install.log" >&2; return 1; }
    # The user comes to be as the server starts, so that no password is on a command line.
    cat >"$folder/init.sql" <<SQL
CREATE DATABASE tributary;
CREATE USER tributary@127.0.0.1 IDENTIFIED BY '$services_password';
GRANT ALL ON *.* TO tributary@127.0.0.1 WITH GRANT OPTION;
SQL
    for try in 1 2 3 4 5; do
        port=$(free_port)
        as_user mysql /usr/sbin/mariadbd --no-defaults --datadir="$folder/data" --bind-address=127.0.0.1 --port="$port" \
            --socket="$folder/socket" --pid-file="$folder/pid" --init-file="$folder/init.sql" --log-error="$folder/server.log" --skip-name-resolve \
            --innodb-flush-log-at-trx-commit=0 --skip-innodb-doublewrite --innodb-flush-method=nosync --innodb-buffer-pool-size=256M --innodb-log-file-size=256M \
            --max-allowed-packet=64M --max-connections=300 --local-infile=1 >/dev/null 2>&1 &
        local waits
        for waits in $(seq 300); do
            if grep -q 'ready for connections' "$folder/server.log" 2>/dev/null; then
                services_stops+=(stop_mariadb)
                export TRIBUTARY_TEST_MARIADB="mysql://tributary:$services_password@127.0.0.1:$port/tributary"
                return
            fi
            kill -0 $! 2>/dev/null || break
            sleep 0.1
        done
        kill $! 2>/dev/null || true
        wait $! 2>/dev/null || true
    done
    cat "$folder/server.log" >&2
    return 1
}

stop_mariadb() {
    kill -9 "$(cat "$services_folder/mariadb/pid")" 2>/dev/null
    unset TRIBUTARY_TEST_MARIADB
}

# The engine is half a gigabyte: it is kept from one run to the next.
start_clickhouse() {
    services_home
    local here modules folder port waits
    here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/tests/services/clickhouse
    modules=${XDG_CACHE_HOME:-$HOME/.cache}/tributary-tests/clickhouse
    mkdir -p "$modules"
    if ! cmp -s "$here/package-lock.json" "$modules/installed"; then
        cp "$here/package.json" "$here/package-lock.json" "$modules/"
        # Not "npm ci": that asks for the engines of other systems too.
        (cd "$modules" && npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error) >&2 || return 1
        cp "$here/package-lock.json" "$modules/installed"
    fi
    folder=$services_folder/clickhouse
    mkdir "$folder"
    port=$(free_port)
    NODE_PATH=$modules/node_modules CLICKHOUSE_PASSWORD=$services_password node "$here/clickhouse.js" "$folder" "$port" >"$folder/server.log" 2>&1 &
    echo $! >"$folder/pid"
    for waits in $(seq 600); do
        if grep -q '^ready' "$folder/server.log"; then
            services_stops+=(stop_clickhouse)
            export TRIBUTARY_TEST_CLICKHOUSE="clickhouse://tributary:$services_password@127.0.0.1:$port/default"
            return
        fi
        sleep 0.1
    done
    cat "$folder/server.log" >&2
    return 1
}

stop_clickhouse() {
    kill -9 "$(cat "$services_folder/clickhouse/pid")" 2>/dev/null
    unset TRIBUTARY_TEST_CLICKHOUSE
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
