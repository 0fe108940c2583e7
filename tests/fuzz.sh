#!/usr/bin/env bash
# Fuzzes parsers, guided by coverage: builds the targets, instruments the assemblies of one, and runs it under afl-fuzz.
#
#   bash tests/fuzz.sh mime 300          one target (tests/EdgeSmtp.Fuzz/README.md names them), or all one after another; for some seconds each
#
# What it finds is in ${FUZZ_DIR:-artifacts/fuzz}/TARGET/default/crashes; copied into tests/EdgeSmtp.Fuzz/Corpus/TARGET it is a test from then on. Exit code 1 when there is any.
# Each target ends with a row of the table in that README.
set -eu
cd "$(dirname "$0")/.."
targets=${1:?target} seconds=${2:?seconds}
work=${FUZZ_DIR:-artifacts/fuzz}
command -v afl-fuzz >/dev/null || { echo "afl-fuzz is missing: apt-get install afl++"; exit 2; }

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build tests/EdgeSmtp.Fuzz -c Release -v q
built=artifacts/bin/EdgeSmtp.Fuzz/release
tools=$work/tools
[ -x "$tools/sharpfuzz" ] || dotnet tool install SharpFuzz.CommandLine --version 2.3.0 --tool-path "$tools"

# The runtime needs more than the memory that afl allows, and is no binary that afl compiled.
export AFL_SKIP_BIN_CHECK=1 AFL_NO_UI=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1
# Files of targets that read files.
[ ! -d /dev/shm ] || export TMPDIR=/dev/shm

stat() { sed -n "s/^$2 *: //p" "$work/$1/default/fuzzer_stats"; }

fuzz() {
  local target=$1 bin=$work/bin-$1 out=$work/$1 assembly findings
  # A copy is instrumented, so that what other programs are built from stays as it is.
  rm -rf "$bin" "$out"
  mkdir -p "$out"
  cp -r "$built" "$bin"
  for assembly in $("$built/edgesmtp-fuzz" --assemblies "$target"); do "$tools/sharpfuzz" "$bin/$assembly"; done
  afl-fuzz -V "$seconds" -t 5000 -m none -i "tests/EdgeSmtp.Fuzz/Corpus/$target" -o "$out" "$bin/edgesmtp-fuzz" "$target" >"$out/log" 2>&1 || { tail -n 20 "$out/log"; return 2; }
  findings=$(find "$out/default/crashes" "$out/default/hangs" -name 'id:*' | wc -l)
  echo "| \`$target\` | $(stat "$target" run_time) | $(stat "$target" execs_done) | $(stat "$target" corpus_count) | $(stat "$target" edges_found) | $findings |"
  [ "$findings" -eq 0 ]
}

[ "$targets" != all ] || targets=$("$built/edgesmtp-fuzz" --targets)
worst=0
for target in $targets; do
  code=0
  fuzz "$target" || code=$?
  [ "$code" -le "$worst" ] || worst=$code
done
exit "$worst"
