#!/usr/bin/env bash
# Packs what filter authors compile against, what that needs, and the template, from the Release build that is there.
#
#   bash src/pack.sh FOLDER            e.g. artifacts/package/release
set -eu
out=${1:?where the packages go}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet msbuild Packages.proj -restore:false -target:Pack -property:PackageOutputPath="$out" -property:NoBuild=true -verbosity:quiet -nologo
