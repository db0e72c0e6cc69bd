"""A real mail server in a process of its own, which outlives every worker that a test kills.

It writes the Message-ID of each mail into a file, a line each, before it says that it took it. So what the file names
was taken, and what it does not name was not.
"""

import asyncio
import os
import re
import sys
from typing import Any

from aiosmtpd.smtp import SMTP


class Sink:
    """Takes everything."""

    def __init__(self, file: str) -> None:
        self.file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        """Note a mail, and only then say that it was taken."""
        message_id = re.search(rb"(?m)^Message-ID: (<.+>)", envelope.content)
        assert message_id
        os.write(self.file, message_id[1] + b"\n")
        return "250 taken"


async def serve(port: int, file: str) -> None:
    """Listen until the process is ended."""
    sink = Sink(file)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(sink, hostname="sink"), "127.0.0.1", port)
    sys.stdout.write("ready\n")  # whoever has started it waits for this
    sys.stdout.flush()
    await server.serve_forever()
