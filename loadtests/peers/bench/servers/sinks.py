"""Postfix's smtp-sink, which does nothing but answer: an upper bound."""
from .base import Server


class Sink(Server):
    name = "smtp-sink"
    workloads = frozenset("W1 W2 W6 W1L W2L W1O".split())
    more = ()

    def launch(self):
        self.spawn(["smtp-sink", "-m", "8000", "-u", "nobody", *self.more, f"127.0.0.1:{self.port}", "4096"])


class RejectingSink(Sink):
    name = "smtp-sink-reject"
    workloads = frozenset(["W7", "W7P", "W7E"])
    more = ("-f", "RCPT")
