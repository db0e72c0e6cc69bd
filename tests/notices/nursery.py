"""Where the tests' workers and beats come from: a process that has loaded the portal once, and forks.

Each child is a real `celery worker` or `celery beat`, or the mail server, with a process, connections and threads of
its own; only the seconds that importing takes are saved. `python -m tests.notices.nursery` reads an order a line
(``Order`` as JSON), and answers with the child's process id.
"""

import json
import os
import signal
import sys
import traceback
from dataclasses import asdict, dataclass, field
from typing import Any

from onestop.local.child_process import die_with_parent


@dataclass
class Order:
    """What a child is to run, ``celery`` or ``sink``, with which words, settings and environment; and its log."""

    program: str
    words: list[str]
    log: str
    settings: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def as_line(self) -> str:
        """Return the order as it is given."""
        return json.dumps(asdict(self)) + "\n"


def load() -> None:
    """Load everything that a child would."""
    import django
    import kombu.transport.redis  # noqa: F401

    django.setup()

    import onestop.celery
    import onestop.urls

    onestop.celery.app.loader.import_default_modules()


def run(order: Order) -> None:
    """Become what was ordered."""
    told = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(told, 1)
    os.dup2(told, 2)
    os.environ |= order.environment
    from django.conf import settings

    for name, value in order.settings.items():
        setattr(settings, name, value)
    if order.program == "sink":
        import asyncio

        from tests.notices import mail_sink

        asyncio.run(mail_sink.serve(int(order.words[0]), order.words[1]))
    else:
        import celery.__main__

        sys.argv = ["celery", *order.words]
        celery.__main__.main()


def serve() -> None:
    """Fork a child for each order, until nobody orders any more."""
    load()
    prepare = die_with_parent(signal.SIGKILL)
    for line in sys.stdin:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
        if not (pid := os.fork()):
            prepare()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                run(Order(**json.loads(line)))
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
