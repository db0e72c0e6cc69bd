"""What the questions of every day cost when millions of notices have been told already.

`.venv/bin/python -m tests.benchmarks.many_notices [notices]`: fills a PostgreSQL of its own, asks each question some
times, and prints the median in milliseconds with how PostgreSQL reads the table; asserts nothing.
"""

import sys
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from statistics import median
from typing import Any

from tests.benchmarks.notices import portal

ROUNDS = 15
PEOPLE = 50_000
FILL = """
    INSERT INTO notices_notice (dedupe_key, kind, is_nudge, matter, step, recipient_id, "to", scope, about, why, url,
        message_id, sender, subject, text, html, headers, priority, status, attempts, written_at, due_at, sent_at,
        begun, last_error, withdrawn_why, in_inbox, read_at)
    SELECT 'old:' || n, 'benchmark', n %% 3 = 0,
        CASE WHEN n %% 3 = 0 THEN 'stale:' || n / 9 ELSE '' END, CASE WHEN n %% 3 = 0 THEN 1 + n %% 3 END,
        %s + n %% %s, 'person' || n %% %s || '@partner.example', 'partners.localarea:' || n %% 590,
        ARRAY['partners.service:' || n %% 150000, 'partners.partnership:' || n %% 24000], 'You keep it.', '/services/',
        '<' || n || '@onestop.example>', 'portal@onestop.example', 'Is this still right?', repeat('Words. ', 40),
        repeat('<p>Words.</p>', 40), '{}', 1,
        CASE WHEN n %% 997 = 0 THEN 'failed' WHEN n %% 1009 = 0 THEN 'withdrawn' ELSE 'sent' END, 1, moment, moment,
        CASE WHEN n %% 997 <> 0 AND n %% 1009 <> 0 THEN moment END, true, '', '', true,
        CASE WHEN n %% 20 <> 0 THEN moment END
    FROM (SELECT n, now() - (%s - n) * interval '1 year' / %s AS moment FROM generate_series(1, %s) AS n) AS rows
"""


def main(number: int) -> None:
    """Fill the table, ask, print."""
    with portal():
        _fill(number)
        print(f"{number:,} notices, {ROUNDS} rounds each, median")
        for name, ask in _questions().items():
            print(f"  {name:62}{_measure(ask):>9.2f} ms", flush=True)


def _fill(number: int) -> None:
    from django.db import connection

    from onestop.accounts.models import User

    users = (User(email=f"person{i}@partner.example", name=f"Person {i}", password="!") for i in range(PEOPLE))
    User.objects.bulk_create(users, batch_size=5000)
    first = User.objects.order_by("pk").values_list("pk", flat=True)[0]
    with connection.cursor() as cursor:
        cursor.execute(FILL, [first, PEOPLE, PEOPLE, number, number, number])
        cursor.execute("VACUUM ANALYZE")


def _questions() -> dict[str, Callable[[], Any]]:
    from django.utils.timezone import now

    from onestop.accounts.models import User
    from onestop.notices import delivery, digests, inbox, notify
    from onestop.notices.messages import Message
    from onestop.notices.models import Notice
    from onestop.notices.reminders import _steps_by_matter
    from tests.benchmarks.notices import declare

    declare()
    at, someone = now(), User.objects.order_by("pk")[100]
    people = list(User.objects.order_by("pk")[:100])

    def tell_a_hundred() -> None:
        number = time.monotonic_ns()
        context = {"name": "Person", "service": "Service", "organization": "Organization", "link": "x"}
        notify.notify_many((Message("benchmark", f"{number}:{one.pk}", one, context) for one in people), at=at)

    return {
        "look for what is due (none)": lambda: delivery._claim(at),
        "free what a dead worker held": delivery.free_stuck,
        "look for digests that are due (none)": lambda: digests.send_digests(at=at - timedelta(days=400)),
        "plan and write 100 notices": tell_a_hundred,
        "how far 100 reminders have gone": lambda: _steps_by_matter(f"stale:{n}" for n in range(100)),
        "unread notices of a person": lambda: inbox.unread_of(someone, at=at).count(),
        "the first page of a person's inbox": lambda: _read(
            Notice.objects.shown_to(someone).defer("html", "text").order_by("-written_at")[:25]
        ),
        "what was told about a service": lambda: _read(
            Notice.objects.filter(about__overlap=["partners.service:77"]).order_by("-written_at")[:25]
        ),
        "the last notices of an area": lambda: _read(
            Notice.objects.filter(scope="partners.localarea:7").defer("html", "text").order_by("-written_at")[:25]
        ),
        "what was not delivered, newest first": lambda: _read(Notice.objects.lost().order_by("-written_at")[:25]),
    }


def _read(rows: Iterable[Any]) -> None:
    list(rows)


def _measure(ask: Callable[[], Any]) -> float:
    times = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - begun))
    return median(times)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000)
