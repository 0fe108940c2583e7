#!/usr/bin/env bash
# Kills the server with SIGKILL at random points under load and counts what was lost and what came twice.
#
#   bash tests/kill9.sh [kills=200] [seed]
set -eu
cd "$(dirname "$0")/.."
export EDGESMTP_KILLS=${1:-200}
[ $# -lt 2 ] || export EDGESMTP_KILLS_SEED=$2
dotnet build EdgeSmtp.sln -c Release -v q -nologo
exec artifacts/bin/EdgeSmtp.Tests.Backends/release/EdgeSmtp.Tests.Backends -noColor -noLogo -diagnostics \
  -class EdgeSmtp.Tests.Backends.Load.KillTests
