#!/usr/bin/env bash
# Fuzzes a parser, guided by coverage: builds the targets, instruments the assembly of one, and runs it under afl-fuzz.
#
#   bash tests/fuzz.sh mime 300          mime, spf-record, spf-macro; for some seconds
#
# What it finds is in ${FUZZ_DIR:-artifacts/fuzz}/TARGET/default/crashes; copied into tests/EdgeSmtp.Fuzz/Corpus/TARGET it is a test from then on. Exit code 1 when there is any.
set -eu
cd "$(dirname "$0")/.."
target=${1:?target} seconds=${2:?seconds}
work=${FUZZ_DIR:-artifacts/fuzz}
command -v afl-fuzz >/dev/null || { echo "afl-fuzz is missing: apt-get install afl++"; exit 2; }

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build tests/EdgeSmtp.Fuzz -c Release -v q
tools=$work/tools
[ -x "$tools/sharpfuzz" ] || dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$tools"

# A copy is instrumented, so that what other programs are built from stays as it is.
bin=$work/bin-$target out=$work/$target
rm -rf "$bin" "$out"
mkdir -p "$out"
cp -r artifacts/bin/EdgeSmtp.Fuzz/release "$bin"
"$tools/sharpfuzz" "$bin/$("$bin/edgesmtp-fuzz" --assembly "$target")"

# The runtime needs more than the memory that afl allows, and is no binary that afl compiled.
export AFL_SKIP_BIN_CHECK=1 AFL_NO_UI=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1
afl-fuzz -V "$seconds" -t 5000 -m none -i "tests/EdgeSmtp.Fuzz/Corpus/$target" -o "$out" "$bin/edgesmtp-fuzz" "$target" >"$out/log" 2>&1 || { tail -n 20 "$out/log"; exit 2; }

grep -E '^(execs_done|execs_per_sec|corpus_count|edges_found|saved_crashes|saved_hangs)' "$out/default/fuzzer_stats"
crashes=$(find "$out/default/crashes" "$out/default/hangs" -name 'id:*' | wc -l)
[ "$crashes" -eq 0 ] || { echo "$crashes findings in $out/default"; exit 1; }
