#!/usr/bin/env bash
# Writes the public API of the packages into their PublicAPI.Unshipped.txt, after a change that was meant. Read the difference before you commit it.
#
#   bash src/public-api.sh             all of them
#   bash src/public-api.sh Toolkit     only EdgeSmtp.Toolkit
#
# RELEASE=1 moves everything into PublicAPI.Shipped.txt, when a version goes out.
set -eu
cd "$(dirname "$0")"

projects=("$@")
[ ${#projects[@]} -gt 0 ] || projects=(Protocol Abstractions Toolkit Testing Testing.Xunit)

for name in "${projects[@]}"; do
  folder=EdgeSmtp.$name
  if [ -n "${RELEASE:-}" ]; then
    { echo '#nullable enable'; cat "$folder"/PublicAPI.{Shipped,Unshipped}.txt | grep -v '^#nullable' | LC_ALL=C sort -u; } >"$folder/PublicAPI.new"
    mv "$folder/PublicAPI.new" "$folder/PublicAPI.Shipped.txt"
    echo '#nullable enable' >"$folder/PublicAPI.Unshipped.txt"
    continue
  fi

  # What is gone disappears from the list, what is new is added by the fix of the analyzer that would fail the build.
  echo '#nullable enable' >"$folder/PublicAPI.Unshipped.txt"
  dotnet format analyzers "$folder/$folder.csproj" --no-restore --diagnostics RS0016 RS0037 --severity info
done
