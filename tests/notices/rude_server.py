"""A mail server by hand, which says, keeps silent and hangs up just where a test wants it to."""

import re
import socket
import struct
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.notices.mail_server import MailServer

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing cuts the connection off
USUAL = {"HELLO": "220 rude", "EHLO": "250 rude", "DATA": "354 go on", "QUIT": "221 bye"}


@dataclass
class RudeServer:
    """Its moments are HELLO (somebody connects), EHLO, MAIL, RCPT, DATA, BODY (the mail has begun) and END (its dot).

    ``says`` has answers for a moment, used up in turn; at ``silent_at`` it says nothing any more, at ``cuts_at`` it
    cuts the connection off. It says goodbye to a connection that has carried ``enough`` mails, and hangs up on one that
    idles so many seconds.
    """

    says: dict[str, list[str]] = field(default_factory=dict)
    silent_at: str = ""
    cuts_at: str = ""
    enough: int = 0
    idle: float | None = None
    taken: list[str] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    hung_up: threading.Event = field(default_factory=threading.Event)
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    def start(self) -> None:
        """Listen, until ``stop``."""
        threading.Thread(target=self._listen, daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        self.listener.close()

    @property
    def transport(self) -> dict[str, Any]:
        """What the setting MAIL_TRANSPORT is for this server; nobody waits for it for long."""
        port = self.listener.getsockname()[1]
        return MailServer().transport | {"EMAIL_PORT": port, "OPTIONS": {"TIMEOUT": 0.3}}

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self.listener.accept()
                threading.Thread(target=self._talk, args=[caller], daemon=True).start()

    def _talk(self, caller: socket.socket) -> None:
        with caller, suppress(OSError):
            caller.settimeout(self.idle)
            self._converse(caller)
        self.hung_up.set()

    def _converse(self, caller: socket.socket) -> None:
        carried, lines = 0, caller.makefile("rb")
        said = self._answer(caller, "HELLO")
        while said and not said.startswith(("221", "421")) and (line := lines.readline()):
            verb = line[:4].decode().upper()
            if verb == "MAIL" and self.enough and carried == self.enough:
                self.says["MAIL"] = ["421 enough for one connection"]
            said = self._answer(caller, verb)
            if said.startswith("354"):
                said = self._take(caller, lines)
                carried += 1

    def _take(self, caller: socket.socket, lines: Any) -> str:
        if self.cuts_at == "BODY":
            lines.read(1)
            return self._cut(caller)
        mail = b"".join(iter(lines.readline, b".\r\n"))
        said = self._answer(caller, "END")
        if said.startswith("2"):
            found = re.search(rb"(?m)^Message-ID: (<.+>)", mail)
            assert found
            self.taken.append(found[1].decode())
        return said

    def _answer(self, caller: socket.socket, moment: str) -> str:
        """Say what belongs to a moment, and return it; nothing if the conversation ended there."""
        self.met[moment] += 1
        if self.cuts_at == moment:
            return self._cut(caller)
        if self.silent_at == moment:
            caller.recv(1)  # until the other side has had enough
            return ""
        prepared = self.says.get(moment)
        said = prepared.pop(0) if prepared else USUAL.get(moment, "250 ok")
        caller.sendall(f"{said}\r\n".encode())
        return said

    def _cut(self, caller: socket.socket) -> str:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        return ""
