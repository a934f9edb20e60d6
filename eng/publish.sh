#!/usr/bin/env bash
# Publishes the program as one file that needs nothing installed: eng/publish.sh FOLDER [RUNTIME...]
# Writes FOLDER/RUNTIME/tributary (or tributary.exe). Without runtimes: all of them.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,3p' "$0" >&2; exit 2; }
folder=$(realpath -m "$1")
shift
cd "$(dirname "$0")/.."
runtimes=("$@")
[ ${#runtimes[@]} -gt 0 ] || runtimes=(linux-x64 linux-arm64 win-x64 osx-arm64)
for runtime in "${runtimes[@]}"; do
    work=$(mktemp -d)
    # A restore for one runtime adds its packs to the lock files, which stay as they are.
    dotnet publish src/Tributary.Cli -c Release -r "$runtime" --self-contained -o "$work" -v q \
        -p:RestoreLockedMode=false -p:NuGetLockFilePath="$work/packages.lock.json" -p:RestorePackagesWithLockFile=false \
        -p:PublishSingleFile=true -p:IncludeNativeLibrariesForSelfExtract=true -p:EnableCompressionInSingleFile=true \
        -p:DebugType=none -p:GenerateDocumentationFile=false
    mkdir -p "$folder/$runtime"
    for name in tributary tributary.exe; do
        [ ! -f "$work/$name" ] || install -m 755 "$work/$name" "$folder/$runtime/$name"
    done
    rm -rf "$work"
    ls -l "$folder/$runtime" | tail -n +2
done
