"""What every server of a run has to do."""
import os
import shutil
import signal
import socket
import subprocess
import time

from ..machine import ControlGroup


class Server:
    """
    The contract: it listens on 127.0.0.1:port and uses only its own folder; user@relay.test is accepted, durably where the server can, every other recipient there is
    refused with 5yz at RCPT; user@fwd.test is relayed to 127.0.0.1:next_port.
    """

    name = ""
    workloads = frozenset("W1 W2 W3 W4 W6 W7 W7P W8 W1L W2L W1O".split())
    rcpt, rcpt_bad, rcpt_forward = "user@relay.test", "nobody@relay.test", "user@fwd.test"
    sessions_max = 0
    held_max = None                 # sessions that it can keep at once; None when nothing but the machine bounds them

    def __init__(self, port, folder, flavours):
        self.port, self.next_port, self.http_port = port, port + 1, port + 2
        self.folder = f"{folder}/{self.name}"
        self.flavours = flavours
        self.backends = None
        self.processes = []
        self.group = ControlGroup(self.name)
        self.clear()

    @classmethod
    def missing(cls):
        """Why it cannot run here; None when it can."""
        return None

    def launch(self):
        raise NotImplementedError

    def counters(self):
        """Calls of fdatasync so far, where the server counts them."""
        return None

    def start(self):
        try:
            self.launch()
            self.wait_for(self.port)
        except BaseException:
            self.stop()
            raise

    def restart(self):
        self.stop()
        self.group = ControlGroup(self.name)
        self.clear()
        self.start()

    def clear(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        os.chmod(self.folder, 0o755)

    def write(self, name, text, mode=0o644):
        path = f"{self.folder}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def spawn(self, arguments, environment=None):
        """Starts it in its control group."""
        def enter():
            os.setsid()
            self.group.enter()
        with open(f"{self.folder}/output.log", "ab") as log:
            process = subprocess.Popen(
                arguments, preexec_fn=enter, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(environment or {})}, cwd=self.folder)
        self.processes.append(process)
        return process

    def wait_for(self, port, seconds=60):
        end = time.time() + seconds
        while time.time() < end:
            try:
                with socket.create_connection(("127.0.0.1", port), 1) as connection:
                    connection.settimeout(5)
                    if connection.recv(3) == b"220":
                        connection.sendall(b"QUIT\r\n")
                        return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"{self.name}: nobody greets on port {port}; see {self.folder}/output.log")

    def stop(self):
        """TERM once, then KILL until nobody is left: a master starts its workers again."""
        for attempt in range(100):
            pids = self.group.pids()
            if not pids:
                break
            if attempt == 0 or attempt > 30:
                for pid in pids:
                    try:
                        os.kill(pid, signal.SIGTERM if attempt == 0 else signal.SIGKILL)
                    except OSError:
                        pass
            time.sleep(0.1)
            for process in self.processes:
                process.poll()
        self.group.remove()
        if self.backends:
            self.backends.stop()
            self.backends = None

