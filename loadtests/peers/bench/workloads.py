"""What is asked of the servers."""
import os
from dataclasses import dataclass, field

LOAD = f"{os.environ['BENCH_ROOT']}/tools/smtpload"
KILOBYTE = 1024


@dataclass(frozen=True)
class Workload:
    name: str
    text: str
    unit: str
    command: object                 # (server, count) -> arguments
    pilot: int = 200                # the first guess of how much fits into a measure
    units_max: int = 60_000
    delivers: bool = False          # ends when the next hop has the last message
    holds: tuple = ()               # numbers of held sessions, for memory
    defers: tuple = ()              # numbers of messages that cannot be delivered, for memory
    flavours: frozenset = field(default_factory=frozenset)  # what the server must be configured for: "tls", "envelope"
    rate: int = 0                   # of an open loop, a second



def source(sessions, size, *more, to="rcpt"):
    """Postfix's smtp-source."""
    def command(server, count):
        sessions_now = min(sessions, server.sessions_max or sessions)
        return ["smtp-source", "-C", "20", "-f", "foo@client.test", "-M", "client.test", *more, "-s", str(sessions_now), "-l", str(size),
                "-m", str(count), "-t", getattr(server, to), f"127.0.0.1:{server.port}"]
    return command


def load(mode, *more, sessions=100, to="rcpt", per_session=1):
    """Our own client."""
    def command(server, count):
        return [LOAD, "-m", mode, "-p", str(server.port), "-n", str(max(1, count // per_session)), "-c", str(sessions), "-t", getattr(server, to), "-T", "60", *more]
    return command


# Seconds after the last message at which a server has had the time to tidy up.
REST = 20


def held(*more):
    def command(server, count):
        return [LOAD, "-m", "hold", "-p", str(server.port), "-n", str(count), "-l", "4096", "-t", server.rcpt, "-T", "150", "-D", "5", "-I", "3", "-A", str(REST + 3), *more]
    return command


# A quarter each: on a list, on a list, SPF fails by a short record, and by one that includes another. Each session is another client's. The recipient is there: one who is not is refused before
# anybody is asked anything, by EdgeSmtp always, and by a Postfix that somebody tuned.
ENVELOPE_SENDERS = "a@pass.test,b@pass.test,c@fail.test,d@deny.test"

WORKLOADS = {w.name: w for w in [
    Workload("W1", "4 KB, one message a connection, 100 sessions", "messages", source(100, 4 * KILOBYTE)),
    Workload("W2", "4 KB, many a connection, 20 sessions", "messages", source(20, 4 * KILOBYTE, "-d")),
    Workload("W3", "64 KB, 50 sessions", "messages", source(50, 64 * KILOBYTE)),
    Workload("W4", "1 MB, 10 sessions", "messages", source(10, 1024 * KILOBYTE), pilot=20),
    Workload("W5", "held sessions, then one message each: memory", "sessions", held(), holds=(5_000, 15_000)),
    Workload("W5T", "the same under TLS", "sessions", held("-s"), holds=(1_000, 4_000), flavours=frozenset({"tls"})),
    Workload("W6", "connect, EHLO, QUIT", "sessions", load("connect")),
    Workload("W7", "one refused recipient a connection", "refusals", load("reject", to="rcpt_bad")),
    Workload("W7P", "ten refused recipients a connection", "refusals", load("reject", "-r", "10", to="rcpt_bad", per_session=10)),
    Workload("W7E", "one refusal a connection, the whole envelope chain on: three DNS lists and SPF; 30 sessions", "refusals",
             load("reject", "-a", "60000", "-f", ENVELOPE_SENDERS, sessions=30), flavours=frozenset({"envelope"})),
    Workload("W8", "4 KB accepted, queued, delivered to smtp-sink", "messages", source(50, 4 * KILOBYTE, to="rcpt_forward"), delivers=True),
    Workload("W9", "messages whose next hop is away: memory of one more that is deferred", "messages",
             load("message", "-k", "100", "-l", "512", "-T", "170", sessions=20, to="rcpt_forward"), defers=(50_000, 250_000)),
    Workload("W1L", "as W1, with latencies", "messages", load("message")),
    Workload("W2L", "as W2, with latencies", "messages", load("message", "-k", "100", sessions=20)),
    Workload("W1O", "as W1, arrivals at 2,000 a second on a fixed time line", "messages", load("message", "-R", "2000", sessions=2_000), rate=2_000),
    Workload("WT", "STARTTLS and one 4 KB message, no resumption", "messages", load("message", "-s", sessions=50), units_max=6_000, flavours=frozenset({"tls"})),
]}
