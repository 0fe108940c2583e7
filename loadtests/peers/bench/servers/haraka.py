"""Haraka, without a disk: what it accepts is dropped."""
import os
import shutil

from .base import Server

PLUGIN = """'use strict';
exports.register = function () {
  this.register_hook('rcpt', 'recipient');
  this.register_hook('queue', 'accept');
  this.register_hook('get_mx', 'next_hop');
};
exports.recipient = function (next, connection, params) {
  const to = params[0];
  if (to.user !== 'user') return next(DENY, 'no such user');
  if (to.host === 'fwd.test') connection.relaying = true;
  return next(OK);
};
exports.accept = function (next) { return next(OK); };
exports.next_hop = function (next) { return next(OK, [{ priority: 0, exchange: '127.0.0.1', port: %d, using_lmtp: false }]); };
"""


# A file of ours replaces the whole file that comes with Haraka; of what it does not name here, Haraka has defaults.
CONNECTION = """[main]
spool_after=-1
[headers]
add_received=true
max_lines=1000
max_received=100
[max]
bytes=33554432
mime_parts=1000
line_length=512
data_line_length=992
[message]
helo=Haraka is at your service.
close=closing connection.
[uuid]
banner_chars=6
"""


class Haraka(Server):
    name = "haraka"
    workloads = Server.workloads - {"W7E"} | {"W4", "W5"}
    program = f"{os.environ['BENCH_ROOT']}/haraka/node_modules/Haraka/bin/haraka"

    @classmethod
    def missing(cls):
        return "node is not installed" if not shutil.which("node") else None if os.path.exists(cls.program) else "npm could not install it"

    def launch(self):
        files = {
            "config/smtp.ini": f"listen=127.0.0.1:{self.port}\nnodes={os.cpu_count()}\ninactivity_timeout=300\n",
            "config/log.ini": "level=WARN\ntimestamps=false\nformat=default\n",
            "config/loglevel": "WARN\n",
            "config/plugins": "bench\n",
            "config/me": "bench.test\n",
            "config/host_list": "relay.test\n",
            "config/databytes": "33554432\n",
            "config/connection.ini": CONNECTION,
            "config/outbound.ini": "disabled=false\nconcurrency_max=100\nenable_tls=false\nlocal_mx_ok=true\nalways_split=false\n",
            "plugins/bench.js": PLUGIN % self.next_port,
        }
        for name, text in files.items():
            self.write(name, text)
        os.makedirs(f"{self.folder}/queue")
        self.spawn(["node", self.program, "-c", self.folder], {"NODE_ENV": "production"})
