"""The command line."""
import argparse
import datetime
import json
import os
import resource
import sys

from . import report, runner
from .servers import SERVERS
from .workloads import WORKLOADS

DEFAULT_WORKLOADS = "W1,W2,W3,W6,W7,W8"
DEFAULT_SERVERS = "smtp-sink,smtp-sink-reject,postfix,edgesmtp"


def names(text, known, what):
    found = text.split(",")
    for name in found:
        if name not in known:
            sys.exit(f"unknown {what} {name}; known are {', '.join(known)}")
    return found


def main():
    parser = argparse.ArgumentParser(prog="loadtests/peers/run", description=__doc__)
    parser.add_argument("workloads", nargs="?", default=DEFAULT_WORKLOADS)
    parser.add_argument("servers", nargs="?", default=DEFAULT_SERVERS)
    parser.add_argument("rounds", nargs="?", type=int, default=5)
    parser.add_argument("seconds", nargs="?", type=float, default=3, help="length of one measure")
    parser.add_argument("--contended", action="store_true", help="beside a neighbour that wants a core, in control groups of equal shares")
    parser.add_argument("--noise", type=float, default=0.15, help="a measure is repeated when strangers took more than this share of the machine; 1 takes the machine as it is")
    parser.add_argument("--share", type=float, default=1, help="share of the sessions or messages that the memory workloads keep: a small one shows whether all is in place")
    parser.add_argument("--port", type=int, default=21000)
    options = parser.parse_args()
    workloads = [WORKLOADS[name] for name in names(options.workloads, WORKLOADS, "workload")]
    servers = [SERVERS[name] for name in names(options.servers, SERVERS, "server")]

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    root = os.environ["BENCH_ROOT"]
    path = f"{root}/result-{datetime.datetime.now():%Y%m%d-%H%M%S}.jsonl"
    rows = []
    try:
        with open(path, "w") as file:
            def emit(row):
                rows.append(row)
                file.write(json.dumps(row) + "\n")
                file.flush()
                print(".", end="", file=sys.stderr, flush=True)

            runner.Runner(options, emit).run(workloads, servers)
    finally:
        # Also of what a run that was stopped has found.
        print(file=sys.stderr)
        report.write(rows, sys.stdout)
        print(f"\nraw: {path}")


main()
