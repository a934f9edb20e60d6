#!/usr/bin/env bash
# Writes a picture of every page in every face, on a desktop and a phone, light and dark, and with long words, to a folder: eng/screens.sh FOLDER
set -euo pipefail
[ $# = 1 ] || { echo "Say where the pictures go: eng/screens.sh FOLDER" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
TRIBUTARY_SHOTS="$folder" dotnet run --project tests/Tributary.Browser.Tests -- \
    -class Tributary.Browser.Tests.Home.ListTests -class Tributary.Browser.Tests.Connector.FacesTests -class Tributary.Browser.Tests.DataSets.FacesTests -class Tributary.Browser.Tests.LongWordsTests
echo "$(find "$folder" -name '*.png' | wc -l) pictures in $folder"
