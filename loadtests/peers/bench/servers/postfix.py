"""Postfix, as an operator would tune it for a busy edge."""
import os
import shutil
import subprocess

from ..backends import Backends, make_certificate
from .base import Server

MAIN = """compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = bench.test
mydestination =
inet_protocols = ipv4
inet_interfaces = 127.0.0.1
mynetworks = {networks}
alias_maps =
local_recipient_maps =
relay_domains = relay.test, fwd.test
relay_recipient_maps = inline:{{ {{user@relay.test = OK}} {{user@fwd.test = OK}} }}
transport_maps = inline:{{ {{relay.test = discard:}} {{fwd.test = smtp:[127.0.0.1]:{next_port}}} }}
smtp_dns_support_level = disabled
smtp_destination_concurrency_limit = 50
smtp_tls_security_level =
default_process_limit = 200
message_size_limit = 33554432
queue_minfree = 0
minimal_backoff_time = 300s
smtpd_client_connection_count_limit = 0
{more}
"""

MASTER = """127.0.0.1:{port} inet n - n - 5200 smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
spf unix - n n - 0 spawn user=nobody argv=/usr/bin/policyd-spf {folder}/policyd-spf.conf
"""

# The default flow control throttles cleanup when arrivals outrun deliveries, and the look-up of the client's name is not part of the contract.
TUNING = "in_flow_delay = 0\nsmtpd_peername_lookup = no"

PLAIN = "smtpd_recipient_restrictions = permit_mynetworks, reject"

TLS = """smtpd_tls_security_level = may
smtpd_tls_chain_files = {key}, {certificate}
smtpd_tls_session_cache_database ="""

# What EdgeSmtp does, in the words of Postfix and in the same order: the recipient, which costs nothing, before the lists, and the lists before SPF.
ENVELOPE = """smtpd_helo_required = yes
smtpd_helo_restrictions = reject_invalid_helo_hostname
smtpd_sender_restrictions = check_sender_access inline:{{ {{spam@bad.test = REJECT}} {{worse.test = REJECT}} }}, check_sender_access regexp:{{ {{/%.*@/ REJECT}} }}
smtpd_relay_restrictions = reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access inline:{{ {{gone@relay.test = REJECT}} }},
    reject_unlisted_recipient, {lists},
    check_policy_service unix:private/spf, permit
spf_time_limit = 3600s
# Each smtpd keeps a policyd-spf of its own, which takes long to start: a tuned Postfix keeps both.
max_use = 100000"""

# An empty list of addresses that are not checked is more than policyd-spf can take.
SPF = "HELO_reject = False\nMail_From_reject = Fail\nPermError_reject = False\nTempError_Defer = False\nskip_addresses = 192.0.2.254/32\ndebugLevel = 0\n"


class PostfixUntuned(Server):
    name = "postfix-untuned"
    workloads = Server.workloads | {"W4", "W5", "W9", "WT", "W5T", "W7E"}
    held_max = 4_500                # a process each: the limit of smtpd in master.cf, and gigabytes
    tuning = ""

    @classmethod
    def missing(cls):
        return None if shutil.which("postfix") else "Postfix is not installed"

    def launch(self):
        more = [self.tuning]
        if "tls" in self.flavours:
            certificate, key = make_certificate(self.folder)
            more.append(TLS.format(certificate=certificate, key=key))
        if "envelope" in self.flavours:
            self.backends = Backends(f"{self.folder}/dns", self.port + 3)
            more.append(ENVELOPE.format(lists=", ".join(f"reject_rbl_client {zone}" for zone in self.backends.zones)))
            self.write("policyd-spf.conf", SPF)
        else:
            more.append(PLAIN)
        networks = "127.0.0.0/8" if "envelope" not in self.flavours else "[::1]/128"
        values = dict(folder=self.folder, port=self.port, next_port=self.next_port, networks=networks)
        self.write("etc/main.cf", MAIN.format(more="\n".join(more), **values))
        self.write("etc/master.cf", MASTER.format(**values))
        os.makedirs(f"{self.folder}/spool")
        os.makedirs(f"{self.folder}/data")
        shutil.chown(f"{self.folder}/data", "postfix", "postfix")
        start = ["postfix", "-c", f"{self.folder}/etc", "start"]
        if self.backends:
            # The system's resolver asks port 53 of what this file names, so Postfix gets a file of its own.
            start = ["unshare", "-m", "--propagation", "private", "sh", "-c", f"mount --bind {self.backends.resolv_conf} /etc/resolv.conf && exec \"$@\"", "sh", *start]
        self.spawn(start).wait(60)

    def stop(self):
        subprocess.run(["postfix", "-c", f"{self.folder}/etc", "stop"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        super().stop()


class Postfix(PostfixUntuned):
    name = "postfix"
    tuning = TUNING
