"""What the machine does: control groups, processor time, memory."""
import os
import time

TICKS = os.sysconf("SC_CLK_TCK")
V1 = "/sys/fs/cgroup/cpuacct"


class ControlGroup:
    """Counts the processor time of what runs in it, and shares the processors with its like in equal parts."""

    def __init__(self, name):
        # The one and only difference between the two versions of the kernel's interface is in this class.
        self.is_v1 = os.path.isdir(V1)
        folders = [V1, "/sys/fs/cgroup/cpu"] if self.is_v1 else ["/sys/fs/cgroup"]
        self.folders = list(dict.fromkeys(os.path.realpath(f"{folder}/edgesmtp-{name}-{os.getpid()}") for folder in folders))
        for folder in self.folders:
            os.makedirs(folder, exist_ok=True)

    def enter(self):
        """Moves this process in; for a child between fork and exec."""
        for folder in self.folders:
            with open(f"{folder}/cgroup.procs", "w") as file:
                file.write(str(os.getpid()))

    def pids(self):
        try:
            with open(f"{self.folders[0]}/cgroup.procs") as file:
                return [int(pid) for pid in file.read().split()]
        except OSError:
            return []

    def cpu(self):
        """Seconds of processor time so far."""
        if self.is_v1:
            with open(f"{self.folders[0]}/cpuacct.usage") as file:
                return int(file.read()) / 1e9
        with open(f"{self.folders[0]}/cpu.stat") as file:
            return int(file.readline().split()[1]) / 1e6

    def remove(self):
        for folder in self.folders:
            try:
                os.rmdir(folder)
            except OSError:
                pass


def busy_seconds():
    """Processor time of the whole machine so far, idle and waiting left out."""
    with open("/proc/stat") as file:
        fields = [int(field) for field in file.readline().split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS


def wait_until_quiet(limit=25, share=0.12):
    """Until strangers take little of the machine. Our own servers are idle when this is called."""
    end = time.time() + limit
    while time.time() < end:
        before, began = busy_seconds(), time.time()
        time.sleep(0.4)
        if (busy_seconds() - before) / (time.time() - began) / os.cpu_count() < share:
            return


def wait_until_idle(group, limit=10):
    """Until a server has done what it was given."""
    end, last = time.time() + limit, group.cpu()
    while time.time() < end:
        time.sleep(0.25)
        now = group.cpu()
        if now - last < 0.012:
            return
        last = now


def private_kib(pids):
    """Memory that nobody else has, in KiB."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("Private_"))
        except OSError:
            pass
    return total
