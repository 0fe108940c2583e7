"""What the envelope workload asks: three DNS lists by rbldnsd, the zones of the senders by nsd, and one unbound before both, as an edge has it. And a certificate."""
import os
import shutil
import subprocess
import time

ZONES = ("one.list.test", "two.list.test", "three.list.test")


class Backends:
    """Started for one server, so that none finds the answers of the other in a cache. Not in the server's control group: their time is theirs."""

    zones = ZONES

    def __init__(self, folder, port):
        self.folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        os.chmod(folder, 0o755)
        # Port 53, because the system's resolver knows no other; each an address of its own.
        self.address = f"127.0.53.{port % 250 + 1}"
        self.resolver = f"{self.address}:53"
        self.resolv_conf = self.write("resolv.conf", f"nameserver {self.address}\noptions timeout:5\n")
        self.processes = []
        try:
            self.start_lists(port)
            self.start_zones(port + 1)
            self.start_resolver(port, port + 1)
            self.wait()
        except BaseException:
            self.stop()
            raise

    def write(self, name, text):
        path = f"{self.folder}/{name}"
        with open(path, "w") as file:
            file.write(text)
        return path

    def spawn(self, *arguments):
        with open(f"{self.folder}/output.log", "ab") as log:
            self.processes.append(subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log))

    def start_lists(self, port):
        # Clients are 127.1.0.1 and upwards, one after the other. Of every four, two are listed: those with an odd or even pair, by turns.
        listed = "".join(f"127.1.{third}.{fourth}\n" for third in range(0, 240) for fourth in range(0, 256) if fourth % 4 in (1, 2))
        head = "$SOA 3600 ns.list.test hostmaster.list.test 0 600 300 86400 3600\n$NS 3600 ns.list.test\n:127.0.0.2:listed\n127.0.0.2\n"
        self.write("listed", head + listed)
        self.write("empty", head)
        sets = [f"{zone}:ip4set:{'listed' if zone == ZONES[-1] else 'empty'}" for zone in ZONES]
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        self.spawn("rbldnsd", "-n", *user, "-r", "/", "-b", f"127.0.0.1/{port}", "-w", self.folder, *sets)

    def start_zones(self, port):
        soa = "@ 3600 IN SOA ns hostmaster 1 3600 600 86400 3600\n@ 3600 IN NS ns\nns 3600 IN A 127.0.0.1\n"
        pass_zone = self.write("pass.zone", soa + '@ 3600 IN TXT "v=spf1 ip4:192.0.2.0/24 a:out.pass.test include:more.pass.test -all"\n@ 3600 IN MX 10 ns\n'
                               'out 3600 IN A 192.0.2.7\nmore 3600 IN TXT "v=spf1 ip4:127.0.0.0/8 ?all"\n')
        deny_zone = self.write("deny.zone", soa + '@ 3600 IN TXT "v=spf1 ip4:192.0.2.0/24 a:out.deny.test include:more.deny.test -all"\n@ 3600 IN MX 10 ns\n'
                               'out 3600 IN A 192.0.2.7\nmore 3600 IN TXT "v=spf1 ip4:198.51.100.0/24 ?all"\n')
        fail_zone = self.write("fail.zone", soa + '@ 3600 IN TXT "v=spf1 ip4:192.0.2.0/24 -all"\n@ 3600 IN MX 10 ns\n')
        configuration = self.write("nsd.conf", f"""server:
  ip-address: 127.0.0.1@{port}
  username: ""
  zonesdir: "{self.folder}"
  database: ""
  pidfile: "{self.folder}/nsd.pid"
  xfrdfile: "{self.folder}/xfrd.state"
  zonelistfile: "{self.folder}/zone.list"
  server-count: 1
remote-control:
  control-enable: no
zone:
  name: pass.test
  zonefile: {pass_zone}
zone:
  name: deny.test
  zonefile: {deny_zone}
zone:
  name: fail.test
  zonefile: {fail_zone}
""")
        self.spawn("nsd", "-d", "-c", configuration)

    def start_resolver(self, lists, zones):
        stubs = "".join(f"stub-zone:\n  name: {name}\n  stub-addr: 127.0.0.1@{port}\n" for name, port in (("list.test", lists), ("pass.test", zones), ("deny.test", zones), ("fail.test", zones)))
        configuration = self.write("unbound.conf", f"""server:
  interface: {self.address}
  port: 53
  username: ""
  chroot: ""
  pidfile: ""
  directory: "{self.folder}"
  use-syslog: no
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  module-config: iterator
  local-zone: "test." nodefault
  local-zone: "client.test." static
  num-threads: 1
{stubs}""")
        self.spawn("unbound", "-d", "-c", configuration)

    def wait(self):
        """Until a listed address is found listed, and a sender's record is found."""
        for name, kind, expected in ((f"1.0.1.127.{ZONES[-1]}", "A", "127.0.0.2"), ("pass.test", "TXT", "v=spf1")):
            for _ in range(100):
                found = subprocess.run(["dig", "+short", "+time=1", "+tries=1", f"@{self.address}", name, kind], capture_output=True, text=True).stdout
                if expected in found:
                    break
                time.sleep(0.1)
            else:
                raise RuntimeError(f"{name} {kind} is not answered; see {self.folder}/output.log")

    def stop(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes = []


def make_certificate(folder):
    """The same kind for every server: RSA 2048, signed by itself."""
    certificate, key = f"{folder}/certificate.pem", f"{folder}/key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=bench.test", "-keyout", key, "-out", certificate],
                   check=True, capture_output=True)
    return certificate, key
