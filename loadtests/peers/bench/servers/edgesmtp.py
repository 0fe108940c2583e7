"""EdgeSmtp as it was built, durable, with every filter that needs no backend; for the envelope workload with lists and SPF too."""
import json
import os
import urllib.request

from ..backends import Backends, make_certificate
from .base import Server

CONFIGURATION = os.path.realpath(f"{os.path.dirname(__file__)}/../../../bench.json")
SYNCS = 'edgesmtp_queue_fsyncs_total{file="journal"'


class EdgeSmtp(Server):
    name = "edgesmtp"
    workloads = Server.workloads | {"W4", "W5", "W9", "WT", "W5T", "W7E"}

    @classmethod
    def missing(cls):
        return None if os.path.exists(os.environ["EDGESMTP_EXE"]) else f"{os.environ['EDGESMTP_EXE']} is not built"

    def launch(self):
        with open(CONFIGURATION) as file:
            text = "".join(line for line in file if not line.lstrip().startswith("//"))
        for key, value in dict(port=self.port, next_port=self.next_port, http_port=self.http_port, dir=self.folder).items():
            text = text.replace("{%s}" % key, str(value))
        configuration = json.loads(text)
        if "tls" in self.flavours:
            certificate, key = make_certificate(self.folder)
            configuration["Certificates"] = {"main": {"CertificateFile": certificate, "KeyFile": key}}
            configuration["Listeners"]["smtp"]["Certificate"] = "main"
        if "envelope" in self.flavours:
            self.backends = Backends(f"{self.folder}/dns", self.port + 3)
            configuration["Dns"] = {"Servers": [self.backends.resolver]}
            self.add_filters(configuration)
        self.spawn([os.environ["EDGESMTP_EXE"], "run", "--config", self.write("edgesmtp.json", json.dumps(configuration, indent=2))])

    def add_filters(self, configuration):
        """The lists and SPF, where Postfix has them: behind what costs nothing. Every client is on loopback, so lists must not skip it for that."""
        order = configuration["FilterOrder"]
        order[order.index("rates"):order.index("rates")] = ["lists", "spf"]
        configuration["Filters"]["lists"] = {"Type": "Rbl", "SkipNonGlobal": False, "Zones": [{"Zone": zone} for zone in self.backends.zones]}
        configuration["Filters"]["spf"] = {"Type": "Spf", "Behavior": "RejectFail"}

    def counters(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/metrics") as reply:
            for line in reply.read().decode().splitlines():
                if line.startswith(SYNCS):
                    return float(line.split()[-1])
        return None
