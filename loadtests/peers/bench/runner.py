"""Runs workloads: servers take turns within each round, so that a change of the machine meets all of them."""
import json
import os
import resource
import signal
import subprocess
import sys
import time

from . import machine
from .workloads import LOAD, REST

TIMEOUT = 180
TRIES = 3

# What a server does long after the last message, such as giving files free, is not waited for.
IDLE_MAX = 4


class Runner:
    def __init__(self, options, emit):
        self.options = options
        self.emit = emit
        self.folder = f"{os.environ['BENCH_ROOT']}/run"
        self.clients = machine.ControlGroup("client") if options.contended else None
        signal.signal(signal.SIGTERM, stop_once)

    def run(self, workloads, servers):
        neighbour = Neighbour() if self.options.contended else None
        try:
            for workload in workloads:
                self.run_workload(workload, servers)
        finally:
            if neighbour:
                neighbour.stop()
            if self.clients:
                self.clients.remove()

    def run_workload(self, workload, servers):
        live = []
        try:
            for number, server_class in enumerate(servers):
                if workload.name not in server_class.workloads:
                    continue
                if missing := server_class.missing():
                    print(f"\n{server_class.name} is left out of {workload.name}: {missing}", file=sys.stderr)
                    continue
                server = server_class(self.options.port + 10 * number, self.folder, workload.flavours)
                live.append(server)
                server.start()
            in_memory = self.hold if workload.holds else self.defer if workload.defers else None
            counts = {} if in_memory else {server: self.calibrate(server, workload) for server in live}
            for round_number in range(self.options.rounds):
                for server in live:
                    row = in_memory(server, workload) if in_memory else self.measure(server, workload, counts[server])
                    self.emit(dict(row, server=server.name, workload=workload.name, round=round_number, contended=bool(self.clients)))
        finally:
            for server in live:
                server.stop()

    def calibrate(self, server, workload):
        """How much fits into one measure. The pilot is the warm-up as well, and goes on until the server has seen enough to be compiled."""
        if workload.rate:
            self.once(server, workload, workload.rate * 5)
            return int(workload.rate * max(self.options.seconds, 5))
        count = workload.pilot
        for _ in range(8):
            row = self.once(server, workload, count)
            fitting = row["rate"] * self.options.seconds
            is_getting_faster = fitting > 1.3 * count
            count = int(max(workload.pilot, min(fitting, workload.units_max, 8 * count)))
            if not is_getting_faster or count == workload.units_max:
                break
        return count

    def measure(self, server, workload, count):
        """Once, or again when strangers used the machine."""
        is_picky = not self.clients and self.options.noise < 1
        for attempt in range(TRIES):
            if is_picky:
                machine.wait_until_quiet()
            row = self.once(server, workload, count)
            row["noisy"] = is_picky and row["strangers"] > self.options.noise
            if not row["noisy"]:
                break
        return row

    def once(self, server, workload, count):
        arguments = workload.command(server, count)
        sink = self.start_sink(server, count) if workload.delivers else None
        counters = server.counters()
        cpu, busy, began = server.group.cpu(), machine.busy_seconds(), time.time()
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        client = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=self.clients.enter if self.clients else None)
        try:
            output, _ = client.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            client.kill()
            output = "timeout"
        if sink:
            wait_or_kill(sink, 90)
        elapsed = time.time() - began
        machine.wait_until_idle(server.group, IDLE_MAX)
        wall = time.time() - began
        used = server.group.cpu() - cpu
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        client_cpu = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
        row = dict(n=count, units=count, elapsed=elapsed, strangers=max(0.0, machine.busy_seconds() - busy - used - client_cpu) / wall / os.cpu_count())
        if arguments[0] == LOAD:
            try:
                row.update(json.loads(output.strip().splitlines()[-1]))
            except (ValueError, IndexError):
                row.update(units=0, error="client: " + output[-200:])
        elif client.returncode != 0:
            row.update(units=0, error=output.strip()[-200:])
        units = row["units"]
        row["rate"] = units / row["elapsed"] if units else 0
        row["cpu_per_1000"] = 1000 * used / units if units else None
        row["syncs_per_unit"] = (server.counters() - counters) / units if counters is not None and units else None
        return row

    def hold(self, server, workload):
        """Memory of one more session, between two numbers of them; each number on a fresh server, so that nothing is left of the other."""
        private = {}
        row = dict(error=None)
        few, many = self.numbers(workload.holds, server.held_max)
        row.update(few=few, many=many)
        for sessions in (few, many):
            server.restart()
            self.once_quietly(server)
            before = machine.private_kib(server.group.pids())
            client = subprocess.Popen(workload.command(server, sessions), stdout=subprocess.PIPE, text=True)
            states = {}
            for line in client.stdout:
                if line.startswith(("OPEN", "SENT")):
                    time.sleep(0.8)
                    states[line.split()[0]] = machine.private_kib(server.group.pids())
                    if line.startswith("SENT"):
                        time.sleep(REST)
                        states["REST"] = machine.private_kib(server.group.pids())
                    row[line.split()[0].lower()] = line.strip()
                    if f" ok={sessions} " not in line:
                        row["error"] = f"of {sessions} sessions: {line.strip()}"
                elif line.startswith("{"):
                    row["error"] = row["error"] or json.loads(line)["error"]
            client.wait()
            private[sessions] = (before, states.get("OPEN", 0), states.get("SENT", 0), states.get("REST", 0))
        if not row["error"]:
            for number, what in ((1, "idle_kib"), (2, "after_message_kib"), (3, "at_rest_kib")):
                row[what] = (private[many][number] - private[few][number]) / (many - few)
            row["idle_kib_from_nothing"] = (private[many][1] - private[many][0]) / many
        return row

    def defer(self, server, workload):
        """Memory of one more message that waits for its next attempt, between two numbers of them."""
        server.restart()
        private, sent = [], 0
        few, many = self.numbers(workload.defers, None)
        for messages in (few, many):
            row = self.once(server, workload, messages - sent)
            sent += row["units"]
            private.append(machine.private_kib(server.group.pids()))
        return dict(few=few, many=many, idle_kib=(private[1] - private[0]) / (many - few), open=f"{sent:,} messages", error=row.get("error"))

    def numbers(self, full, most):
        """The two numbers, in proportion less where a server can keep no more, or where only a share is asked for."""
        share = self.options.share * min(1, (most or full[-1]) / full[-1])
        return [int(number * share) for number in full]

    def once_quietly(self, server):
        """Warm-up of a server whose memory is measured."""
        subprocess.run([LOAD, "-m", "message", "-p", str(server.port), "-n", "2000", "-c", "20", "-k", "100", "-t", server.rcpt], stdout=subprocess.DEVNULL)
        machine.wait_until_idle(server.group)

    def start_sink(self, server, count):
        sink = subprocess.Popen(["smtp-sink", "-u", "nobody", "-M", str(count), f"127.0.0.1:{server.next_port}", "4096"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        server.wait_for(server.next_port)
        return sink


class Neighbour:
    """What shares the processors with a server at work, as a scanner would: it wants one core, all the time."""

    def __init__(self):
        self.group = machine.ControlGroup("neighbour")
        self.process = subprocess.Popen([sys.executable, "-c", "while True: pass"], preexec_fn=self.group.enter)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.group.remove()


def stop_once(*_):
    """Ends the run. Whoever asks twice, as timeout(1) does, must not interrupt what ends the servers."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(143)


def wait_or_kill(process, seconds):
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
