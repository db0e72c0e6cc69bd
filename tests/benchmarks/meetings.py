"""What meetings cost: making those of the nation, mailing updates through an outage, and pages of a busy area.

`.venv/bin/python -m tests.benchmarks.meetings [making] [storm] [pages]`: on a PostgreSQL and a Redis of its own, with
real Celery workers and a mail server that waits 20 ms before each answer; prints figures, asserts nothing. How fast
dates are computed is measured in `tests.benchmarks.recurrences`.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks.meeting_rules import RULES
from tests.benchmarks.notices import celery_workers, portal, sink

AREAS, A_AREA = 590, 12
MEMBERS, EDITS, WORKERS, SLOW = 200, 5, 2, 20
OUTAGE = 4  # seconds
MEETINGS, GROUPS, ROUNDS = 3_000, 12, 9


def main(parts: list[str]) -> None:
    """Run the parts that are asked for, or all."""
    with portal():
        for name, run in {"making": making, "storm": storm, "pages": pages}.items():
            if not parts or name in parts:
                run()


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


# ---------------------------------------------------------------- Making the meetings of the nation
def making() -> None:
    """Make the meetings of 590 areas with 12 series each, as the task of every day does; then again."""
    from django.db import connection
    from django.utils.timezone import now

    from meetings.models import Meeting, Series
    from meetings.scheduling import making as verbs
    from partners.models import Holiday, LocalArea
    from partners.schedule.holidays import holidays_of

    areas = _areas(AREAS)
    holidays = list(holidays_of("", (now().year, now().year + 1, now().year + 2)).items())
    Holiday.objects.bulk_create(
        [Holiday(area=area, day=day, name=name) for area in areas for day, name in holidays], batch_size=5000
    )
    Series.objects.bulk_create(_series(areas), batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    for name in ("first", "again"):
        begun = time.perf_counter()
        made = verbs.make_all(at=now())
        took = time.perf_counter() - begun
        say(f"making, {name}: {made:,} meetings of {Series.objects.count():,} series in {took:.1f} s")
    shifted = Meeting.objects.filter(is_by_rule=True).count()
    say(f"  {shifted:,} of them were moved from holidays; {LocalArea.objects.count()} areas")


def _areas(number: int) -> list[Any]:
    from partners.models import LocalArea, State

    state = State.objects.create(code="XX", name="Benchmark", agency_name="Department of Labor")
    return LocalArea.objects.bulk_create(
        LocalArea(state=state, name=f"Area {n}", slug=f"bench-{n}", board_name=f"Board {n}") for n in range(number)
    )


def _series(areas: list[Any]) -> list[Any]:
    from django.utils.timezone import localdate

    from meetings.models import Group, Series
    from meetings.recurrence import occurrences

    groups = Group.objects.bulk_create(
        [Group(area=area, kind="workgroup", name=f"Group {n}") for area in areas for n in range(A_AREA)],
        batch_size=2000,
    )
    rows = []
    for number, group in enumerate(groups):
        rule, _first = RULES[number % A_AREA]
        rule = rule.partition(";COUNT")[0].partition(";UNTIL")[0]
        clock = datetime.combine(localdate(), datetime.min.time()).replace(hour=8 + number % 9)
        first = occurrences(rule, clock, group.zone, clock.date() + timedelta(days=800))[0]
        rows.append(
            Series(
                group=group, title=group.name, rule=rule, first_on=first.date(), starts=clock.time(),
                zone=str(group.zone), uid=f"{number}@bench", token=f"token{number}",
            )
        )  # fmt: skip
    return rows


# ---------------------------------------------------------------- A storm of updates
def storm() -> None:
    """Edit five meetings of a group of 200 within ten minutes; then again while the mail server is away."""
    from django.utils.timezone import now

    from meetings.invitations import updates
    from meetings.models import Group, GroupMember
    from meetings.scheduling.series import plan_series

    [area] = _areas(1) if not _has_areas() else [_first_area()]
    group = Group.objects.create(area=area, kind="council", name="Council of two hundred")
    GroupMember.objects.bulk_create(
        GroupMember(group=group, name=f"Member {n}", email=f"member{n}@partner.example", from_on=date(2020, 1, 1))
        for n in range(MEMBERS)
    )
    first = date.today() + timedelta(days=7 - date.today().weekday())  # noqa: DTZ011 -- next Monday, wherever
    facts = {
        "title": "Council", "rule": "FREQ=WEEKLY;BYDAY=MO", "first_on": first,
        "starts": datetime.min.time().replace(hour=9), "invites": True, "place": "Hall",
    }  # fmt: skip
    with TemporaryDirectory() as folder, celery_workers(WORKERS):
        log = Path(folder) / "taken.txt"
        with sink(SLOW, log):
            series = plan_series(group, facts=facts, by=None, at=now() - timedelta(minutes=30))
            _measure("invitations", log, lambda: updates.send_due(at=now()))
            _edit(series, 0)
            _measure(f"{EDITS} meetings edited", log, lambda: updates.send_due(at=now()))
        _edit(series, EDITS)
        _through_an_outage(log, lambda: updates.send_due(at=now()))


def _has_areas() -> bool:
    from partners.models import LocalArea

    return LocalArea.objects.exists()


def _first_area() -> Any:
    from partners.models import LocalArea

    return LocalArea.objects.earliest("pk")


def _edit(series: Any, start: int) -> None:
    """Edit five meetings, two minutes apart, the last one more than ten minutes ago; two of them twice."""
    from django.utils.timezone import now

    from meetings.scheduling.meetings import update_meeting

    meetings = list(series.meetings.with_place().coming(now()).order_by("starts_at")[start : start + EDITS])
    for number, meeting in enumerate([*meetings, *meetings[:2]]):
        at = now() - timedelta(minutes=25 - number)
        facts = {"title": meeting.title, "minutes": 60, "how": "in_person", "place": f"Room {number}"}
        update_meeting(meeting, facts=facts | {"starts": meeting.local_start.replace(tzinfo=None)}, by=None, at=at)


def _measure(what: str, log: Path, send: Callable[[], int]) -> None:
    before = _taken(log)
    begun = time.perf_counter()
    written = send()
    planned = time.perf_counter() - begun
    _wait()
    took = time.perf_counter() - begun
    _say_taken(what, log, before, f"{written} written in {planned:.2f} s, delivered after {took:.1f} s")


def _through_an_outage(log: Path, send: Callable[[], int]) -> None:
    """Take the mail server away while the mails go out, and bring it back after some seconds."""
    from onestop.notices.models import Notice

    before = _taken(log)
    begun = time.perf_counter()
    with sink(SLOW, log):
        written = send()
        while len(_taken(log)) - len(before) < MEMBERS // 4:
            time.sleep(0.01)
    left = Notice.objects.exclude(status=Notice.Status.SENT).count()
    time.sleep(OUTAGE)
    with sink(SLOW, log):
        _wait(hurries=True)
        took = time.perf_counter() - begun
        words = f"{written} written, {left} not sent when the server went away, all settled after {took:.1f} s"
        _say_taken(f"an outage of {OUTAGE} s", log, before, words)
    status = Counter(Notice.objects.values_list("status", flat=True))
    say(f"  notices by status: {dict(status)}")


def _wait(*, hurries: bool = False) -> None:
    """Wait until no notice is on its way; ``hurries``: retries that wait for later are due now."""
    from django.utils.timezone import now

    from onestop.notices.models import Notice
    from onestop.notices.outbox import wake_workers

    waiting = Notice.objects.filter(status__in=[Notice.Status.QUEUED, Notice.Status.CLAIMED])
    while number := waiting.count():
        if hurries and Notice.objects.filter(status=Notice.Status.QUEUED, due_at__gt=now()).update(due_at=now()):
            wake_workers(number)
        time.sleep(0.05 if not hurries else 0.5)


def _taken(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def _say_taken(what: str, log: Path, before: list[str], words: str) -> None:
    lines = _taken(log)[len(before) :]
    to = Counter(line.split()[0] for line in lines)
    ids = len({line.split()[-1] for line in lines})
    twice = sum(number > 1 for number in to.values())
    say(f"storm, {what}: {words}")
    say(f"  {len(lines)} mails taken, {len(to)} of {MEMBERS} people, {twice} of them twice, {ids} Message-IDs")


# ---------------------------------------------------------------- Pages
def pages() -> None:
    """Open the pages of an area with 3,000 meetings."""
    from django.test import Client
    from django.utils.timezone import localdate

    from meetings.models import Attendance, Meeting
    from onestop.local.generated import Size, generate
    from partners.models import LocalArea, Membership, Role
    from tests.benchmarks.pages import cost_of, look
    from tests.signing_in import sign_in

    generate(Size(areas=1, partners=20, services=40), today=localdate())
    area = LocalArea.objects.get(slug="area-1")
    _fill(area)
    client = Client()
    sign_in(client, Membership.objects.filter(area=area, role=Role.STAFF).earliest("pk").user)
    meetings = Meeting.objects.filter(group__area=area)
    say(
        f"pages: {meetings.count():,} meetings, {Attendance.objects.filter(meeting__in=meetings).count():,} attendances"
    )
    for name, url in _addresses(area):

        def ask(url: str = url) -> Any:
            return client.get(url)

        queries = look(name, ask)
        say(f"  {name:28}{queries:>4} queries{median(cost_of(ask) for _ in range(ROUNDS)):>9.1f} ms")


def _addresses(area: Any) -> Iterator[tuple[str, str]]:
    from django.urls import NoReverseMatch, reverse

    from meetings.models import Group, Meeting

    group = Group.objects.filter(area=area).latest("pk")
    held = Meeting.objects.filter(group=group, status="held").latest("starts_at")
    coming = Meeting.objects.filter(group=group, status="planned").earliest("starts_at")
    wanted = (
        ("calendar of the area", "calendar", area.slug), ("groups of the area", "group_list", area.slug),
        ("group", "group_detail", group.pk), ("meeting that was held", "meeting_detail", held.pk),
        ("meeting to come", "meeting_detail", coming.pk), ("attendance of a group", "group_attendance", group.pk),
        ("action items of the area", "action_list", area.slug),
    )  # fmt: skip
    for name, url, argument in wanted:
        try:
            yield name, reverse(f"meetings:{url}", args=[argument])
        except NoReverseMatch:
            say(f"  {name:28}(no such page)")


def _fill(area: Any) -> None:
    """Add twelve groups that met every week for years, until the area has 3,000 meetings."""
    from django.db import connection
    from django.utils.crypto import get_random_string
    from django.utils.timezone import localdate

    from meetings.models import Group, Meeting, Series
    from meetings.recurrence import occurrences
    from meetings.sample.generated import YEAR, MeetingsOfAreas
    from onestop.local.generated import Size
    from partners.sample.past import unrecorded

    today, rows = localdate(), []
    weeks = (MEETINGS - Meeting.objects.filter(group__area=area).count()) // GROUPS
    first = today + YEAR / 2 - timedelta(weeks=weeks)
    with unrecorded():
        for number in range(GROUPS):
            group = Group.objects.create(area=area, kind="workgroup", name=f"Busy group {number}", quorum="majority")
            clock = datetime.combine(first, datetime.min.time()).replace(hour=8 + number % 8)
            rule = f"FREQ=WEEKLY;BYDAY={('MO', 'TU', 'WE', 'TH', 'FR')[number % 5]}"
            begins = occurrences(rule, clock, group.zone, first + timedelta(days=8))[0]
            rows.append(
                Series(
                    group=group, title=group.name, rule=rule, first_on=begins.date(), starts=clock.time(), how="both",
                    zone=str(group.zone), uid=get_random_string(30), token=get_random_string(40), invites=False,
                )
            )  # fmt: skip
        list(MeetingsOfAreas(Size(1, 20, 40), [area], today).write_for(rows))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main(sys.argv[1:])
