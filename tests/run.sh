#!/usr/bin/env bash
# Installs what the tests need, checks format, builds, runs every test assembly and prints `N passed, N failed` last.
#
#   bash tests/run.sh                  everything
#   bash tests/run.sh Unit Filters     only these tiers (Unit Filters Server Backends Crash)
#
# SKIP_FORMAT=1 leaves the format check out. Exit code: 0, or the worst one of its steps.
set -u
cd "$(dirname "$0")/.." || exit 1

tiers=("$@")
[ ${#tiers[@]} -gt 0 ] || tiers=(Unit Filters Server Backends Crash)
declare -A limit_seconds=([Unit]=600 [Filters]=450 [Server]=600 [Backends]=1500 [Crash]=600)

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 NUGET_XMLDOC_MODE=skip
passed=0 failed=0 skipped=0 worst=0
failures=()
logs=$(mktemp -d "${TMPDIR:-/tmp}/edgesmtp-run.XXXXXX")
trap 'rm -rf "$logs"' EXIT

say() { printf '\n== %s\n' "$*"; }

# The last line is the result, however the run ends; above it stands what failed, since whoever shows a run may show its end alone.
finish() {
  local line="$passed passed, $failed failed"
  [ "$skipped" -eq 0 ] || line="$line, $skipped skipped"
  [ ${#failures[@]} -eq 0 ] || { say "failed"; printf '%s\n' "${failures[@]}"; }
  printf '\n%s\n' "$line"
  exit "$worst"
}

# A step that is not a test counts as one failed test, so that the last line never looks green.
fail() { # exit code, what
  printf 'FAILED: %s (exit code %s)\n' "$2" "$1"
  failures+=("$2 (exit code $1)")
  failed=$((failed + 1))
  [ "$1" -le "$worst" ] || worst=$1
}

# A benchmark holds this lock exclusively. Children must not inherit it: a build server would keep it for ever.
lock="${BENCH_ROOT:-/var/tmp/edgesmtp-bench}/lock"
if [ -e "$lock" ] && exec 9<"$lock"; then flock -s -w 900 9 || echo "a benchmark holds $lock; going on"; fi
dotnet() { command dotnet "$@" 9<&-; }

# command or file : Debian package that brings it
needs=(
  postfix:postfix smtp-source:postfix swaks:swaks haproxy:haproxy dovecot:dovecot-core
  /usr/lib/dovecot/lmtp:dovecot-lmtpd rbldnsd:rbldnsd nsd:nsd dig:bind9-dnsutils openssl:openssl
  cdb:tinycdb /usr/bin/python3:python3 jq:jq /usr/lib/python3/dist-packages/yaml/__init__.py:python3-yaml strace:strace ps:procps tcpserver:ucspi-tcp qmtpfront-echo:mailfront
  spamd:spamd spamc:spamc /usr/share/spamassassin/20_body_tests.cf:spamassassin rspamd:rspamd opendkim:opendkim
  curl:curl prometheus:prometheus multilog:daemontools slapd:slapd ldapsearch:ldap-utils pg_createcluster:postgresql
  clamd:clamav-daemon clamdscan:clamdscan /usr/share/clamav-testfiles/clam.exe:clamav-testfiles zip:zip
)

install_tools() {
  local need tool package missing=() guard=
  PATH=$PATH:/usr/sbin:/sbin
  for need in "${needs[@]}"; do
    tool=${need%%:*} package=${need#*:}
    command -v "$tool" >/dev/null 2>&1 || [ -f "$tool" ] || case " ${missing[*]-} " in *" $package "*) ;; *) missing+=("$package") ;; esac
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "not root on Debian: install them by hand, or the tests that need them are skipped"
    return 0
  fi
  # Debian starts a service as soon as its package is there; the tests start their own private instances instead.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    guard=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' >"$guard" && chmod 755 "$guard"
  fi
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -q && apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$logs/apt" 2>&1 </dev/null 9<&-
  local code=$?
  [ -z "$guard" ] || rm -f "$guard"
  [ $code -eq 0 ] || { tail -n 20 "$logs/apt"; fail $code "apt-get install ${missing[*]}"; }
}

run_tier() {
  local tier=$1 name="EdgeSmtp.Tests.$1" log="$logs/$1" code line total errors bad skips notrun
  local program="artifacts/bin/$name/release/$name" options=(-noColor -noLogo -noAutoReporters -longRunning 120)
  # Beside the suites of others nothing may be missing, so a skipped test is a failed one there.
  [ ! -d ../shared/tests ] || options+=(-failSkips)
  say "$name"
  timeout -k 20 "${limit_seconds[$tier]}" "$program" "${options[@]}" >"$log" 2>&1 </dev/null 9<&-
  code=$?
  grep -v -E '^ *(Discovering|Discovered|Starting|Finished):' "$log" | tail -n 400
  mapfile -t -O "${#failures[@]}" failures < <(grep -E --no-group-separator -A 5 '^ +.*(\[FAIL\]|Cleanup Failure)' "$log" | sed -E 's/^ {4}//' | cut -c 1-300)
  line=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1)
  if [ -z "$line" ]; then
    [ $code -ne 0 ] || code=1
    fail $code "$name ended without a summary (124 and 137 are its limit of ${limit_seconds[$tier]} s)"
    return
  fi
  read -r total errors bad skips notrun < <(sed -E 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+)(, Not Run: ([0-9]+))?.*/\1 \2 \3 \4 \6/' <<<"$line")
  passed=$((passed + total - bad - skips - ${notrun:-0}))
  failed=$((failed + bad + errors))
  skipped=$((skipped + skips))
  if [ $((total - ${notrun:-0})) -eq 0 ]; then
    fail 1 "$name ran no test"
  elif [ $code -ne 0 ]; then
    [ $((bad + errors)) -gt 0 ] || failed=$((failed + 1))
    [ $code -le "$worst" ] || worst=$code
    echo "FAILED: $name (exit code $code)"
  fi
}

install_tools

say "restore"
dotnet restore EdgeSmtp.sln -v q </dev/null || { fail $? restore; finish; }

# In CI no build server may outlive the run and hold its output open.
build=(build EdgeSmtp.sln -c Release --no-restore -v q)
[ "${CI:-}" != true ] || build+=(--disable-build-servers)
say "build"
dotnet "${build[@]}" </dev/null || { fail $? build; finish; }

if [ -z "${SKIP_FORMAT:-}" ]; then
  say "format"
  dotnet format EdgeSmtp.sln --verify-no-changes --no-restore </dev/null || fail $? "dotnet format (mend with: dotnet format EdgeSmtp.sln)"
fi

for tier in "${tiers[@]}"; do run_tier "$tier"; done
finish
