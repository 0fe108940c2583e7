"""The servers by name. A new one is a subclass of base.Server and a line here."""
from .edgesmtp import EdgeSmtp
from .haraka import Haraka
from .postfix import Postfix, PostfixUntuned
from .sinks import RejectingSink, Sink

SERVERS = {server.name: server for server in (Sink, RejectingSink, Postfix, PostfixUntuned, Haraka, EdgeSmtp)}
