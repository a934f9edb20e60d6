#!/usr/bin/env bash
# Installs what the tests need, builds, checks the format, runs every suite.
# Ends with a line "N passed, N failed, N skipped"; exits 1 unless all passed.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en NO_COLOR=1

# Time zones and Unicode rules are facts of the outside the product reads from the system.
needed=()
[ -e /usr/share/zoneinfo/Pacific/Auckland ] || needed+=(tzdata)
compgen -G '/usr/lib/*/libicuuc.so.*' >/dev/null || compgen -G '/usr/lib/libicuuc.so.*' >/dev/null || needed+=(libicu-dev)
# The pages are looked at with Debian's browser: the tests download none.
[ -x "${TRIBUTARY_CHROMIUM:-/usr/bin/chromium}" ] || needed+=(chromium)
# Databases that the tests write into run here, on loopback.
source eng/services.sh
mapfile -t -O "${#needed[@]}" needed < <(services_packages)
if [ ${#needed[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q "${needed[@]}"
    else
        echo "The tests need these Debian packages: ${needed[*]}" >&2
        exit 1
    fi
fi
command -v dotnet >/dev/null || { echo "The tests need the .NET 10 SDK (dotnet on the PATH)." >&2; exit 1; }

dotnet restore Tributary.slnx --locked-mode
dotnet build Tributary.slnx --no-restore -warnaserror
dotnet format Tributary.slnx whitespace --verify-no-changes --no-restore

# Every test that needs a token uses this one: wherever it shows up, it leaked. Its base64 depends on what stands before it.
canary=$(sed -n 's/.*Value = "\([0-9a-z]\{32\}\)".*/\1/p' tests/Tributary.Testing/CanaryToken.cs)
spellings=("$canary")
for before in "" x xx; do
    spellings+=("$(printf '%s%s' "$before" "$canary" | base64 -w0 | cut -c5-40)")
done
spellings+=("$services_password")
leaks() { grep -alF "${spellings[@]/#/-e}" "$@" 2>/dev/null || true; }
log=$(mktemp) printed=$(mktemp -d)
trap 'rm -rf "$log" "$printed"; stop_services' EXIT
printf 'planted %s' "$canary" >"$printed/plain"
printf 'x%s' "$canary" | base64 -w0 >"$printed/base64"
[ "$(leaks "$printed"/* | wc -l)" = 2 ] || { echo "The search for the token does not find a planted one." >&2; exit 1; }
rm "$printed"/*

start_services
passed=0 failed=0 skipped=0
for project in tests/*.Tests; do
    echo "== $project"
    status=0 begun=$SECONDS
    # A suite that stands still names its test after ten minutes (TimeLimitAttribute); this is for one that cannot even do that.
    timeout --kill-after=30 2000 dotnet run --project "$project" --no-build >"$log" 2>&1 || status=$?
    cp "$log" "$printed/$(basename "$project")"
    # The runner's own summary; a run without one crashed and counts as one failure.
    summary=$(grep -aoE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1 || true)
    if [ -z "$summary" ]; then
        cat "$log"
        echo "$project ended with $status and no summary"
        failed=$((failed + 1))
        continue
    fi
    read -r total errors bad skips <<<"$(grep -oE '[0-9]+' <<<"$summary" | tr '\n' ' ')"
    bad=$((bad + errors))
    [ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
    [ "$bad" = 0 ] || cat "$log"
    echo "$project: $((total - bad - skips)) passed, $bad failed, $skips skipped in $((SECONDS - begun)) s"
    passed=$((passed + total - bad - skips)) failed=$((failed + bad)) skipped=$((skipped + skips))
done

found=$(leaks "$printed"/*)
if [ -n "$found" ]; then
    echo "The token or a password was printed by: $found"
    failed=$((failed + 1))
else
    passed=$((passed + 1))
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$skipped" = 0 ] && [ "$passed" -gt 0 ]
