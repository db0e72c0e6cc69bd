"""Answers to invitations: as calendar programs send them, and as nobody should."""

import random
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from meetings import itip
from meetings.ical import Event, Person, calendar_of, timezone_of
from meetings.itip import NotAReply, Reply, read_replies, read_reply
from meetings.recurrence import in_zone, occurrences
from tests.meetings.calendar_readers import STAMP

UID = "series-12@portal.example"
MARCH, APRIL = datetime(2027, 3, 9, 14, tzinfo=UTC), datetime(2027, 4, 13, 13, tzinfo=UTC)

GOOGLE = f"""BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20270309T140000Z
DTEND:20270309T153000Z
DTSTAMP:20261127T150000Z
ORGANIZER;CN=Board:mailto:meet+12@portal.example
UID:{UID}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=TENTATIVE;CN=ann@p
 artner.example;X-NUM-GUESTS=0;X-RESPONSE-COMMENT="If the bus runs":mailto:
 ann@partner.example
RECURRENCE-ID:20270309T140000Z
CREATED:20261127T120000Z
SEQUENCE:3
STATUS:CONFIRMED
SUMMARY:WIB
END:VEVENT
END:VCALENDAR
"""
EASTERN = """BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3
END:DAYLIGHT
"""
OUTLOOK = f"""BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Eastern Standard Time
{EASTERN}END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=ACCEPTED;CN=Ann Example:mailto:Ann@Partner.example
COMMENT;LANGUAGE=en-US:\\n
UID:{UID}
RECURRENCE-ID;TZID=Eastern Standard Time:20270413T090000
SUMMARY;LANGUAGE=en-US:Accepted: WIB
DTSTART;TZID=Eastern Standard Time:20270413T090000
DTEND;TZID=Eastern Standard Time:20270413T103000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:20261127T150100Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:3
LOCATION;LANGUAGE=en-US:Center Street
X-MICROSOFT-CDO-APPT-SEQUENCE:3
END:VEVENT
END:VCALENDAR
"""
APPLE = f"""BEGIN:VCALENDAR
CALSCALE:GREGORIAN
METHOD:REPLY
PRODID:-//Apple Inc.//macOS 15.1//EN
VERSION:2.0
BEGIN:VEVENT
ATTENDEE;CN="Ann Example";CUTYPE=INDIVIDUAL;EMAIL="ann@partner.example";PARTSTAT=DECLINED:/aMjA/principal/
COMMENT:On leave\\, sorry\\nAnn
DTEND;TZID=America/New_York:20270309T103000
DTSTAMP:20261127T150000Z
DTSTART;TZID=America/New_York:20270309T090000
ORGANIZER;CN="Board":mailto:meet+12@portal.example
RECURRENCE-ID;TZID=America/New_York:20270309T090000
SEQUENCE:3
UID:{UID}
END:VEVENT
END:VCALENDAR
"""
ICAL_JS = f"""BEGIN:VCALENDAR
PRODID:-//ical.js//EN
VERSION:2.0
METHOD:REPLY
BEGIN:VEVENT
UID:{UID}
SEQUENCE:3
DTSTAMP:20261127T150000Z
RECURRENCE-ID;TZID=America/New_York:20270309T090000
ATTENDEE;CN="Example, Ann: ^'Nick^'";PARTSTAT=DECLINED:mailto:ann@partner.e
 xample
COMMENT:My alternate comes\\; thanks\\, all\\nAnn
END:VEVENT
END:VCALENDAR
"""
SHORT = f"""BEGIN:VCALENDAR
METHOD:REPLY
BEGIN:VEVENT
UID:{UID}
SEQUENCE:3
RECURRENCE-ID:20270309T140000Z
ATTENDEE;PARTSTAT=ACCEPTED:mailto:ann@partner.example
END:VEVENT
END:VCALENDAR
"""
SAMPLES = {"google": GOOGLE, "outlook": OUTLOOK, "apple": APPLE, "ical.js": ICAL_JS, "short": SHORT}
EXPECTED = {
    "google": Reply(UID, MARCH, 3, "ann@partner.example", "Ann E.", "maybe", "If the bus runs", "REPLY", None),
    "outlook": Reply(UID, APRIL, 3, "ann@partner.example", "Ann Example", "yes", "", "REPLY", None),
    "apple": Reply(UID, MARCH, 3, "ann@partner.example", "Ann Example", "no", "On leave, sorry\nAnn", "REPLY", None),
    "ical.js": Reply(
        UID, MARCH, 3, "ann@partner.example", 'Example, Ann: "Nick"', "no", "My alternate comes; thanks, all\nAnn",
        "REPLY", None,
    ),
    "short": Reply(UID, MARCH, 3, "ann@partner.example", "Ann E.", "yes", "", "REPLY", None),
}  # fmt: skip


def as_file(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def as_mail(*texts: str, sender: str = "Ann E. <Ann@partner.example>", method: str = "REPLY") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "meet+12@portal.example", "Accepted: WIB"
    mail.set_content("Accepted")
    for text in texts:
        parameters = {"method": method, "charset": "utf-8"}
        mail.add_alternative(as_file(text), maintype="text", subtype="calendar", params=parameters)
    return mail.as_bytes()


def changed(*pairs: tuple[str, str], text: str = SHORT) -> bytes:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return as_file(text)


# ---------------------------------------------------------------- As programs send them
@pytest.mark.parametrize("name", SAMPLES)
def test_answers_of_calendar_programs_in_a_mail(name):
    assert read_replies(as_mail(SAMPLES[name])) == [EXPECTED[name]]


@pytest.mark.parametrize("name", SAMPLES)
def test_answers_of_calendar_programs_as_files(name):
    read = read_reply(as_file(SAMPLES[name]))
    assert (read.answer, read.recurrence_id) == (EXPECTED[name].answer, EXPECTED[name].recurrence_id)


def test_an_answer_to_the_whole_series():
    assert read_reply(changed(("RECURRENCE-ID:20270309T140000Z\n", ""))).recurrence_id is None


@pytest.mark.parametrize(
    ("status", "answer"), [("ACCEPTED", "yes"), ("declined", "no"), ("TENTATIVE", "maybe"), ("DELEGATED", "no")]
)
def test_what_is_answered(status, answer):
    assert read_reply(changed(("ACCEPTED", status))).answer == answer


def test_whoever_sends_somebody_else_says_no_and_whom():
    read = read_reply(changed(("ACCEPTED", 'DELEGATED;DELEGATED-TO="mailto:Bo@partner.example"')))
    assert (read.answer, read.delegate) == ("no", "bo@partner.example")


def test_an_answer_to_a_day():
    day = ("RECURRENCE-ID:20270309T140000Z", "RECURRENCE-ID;VALUE=DATE:20270309")
    read = read_reply(changed(day))
    assert (read.recurrence_id, read.recurrence_day) == (datetime(2027, 3, 9, tzinfo=UTC), date(2027, 3, 9))
    with_time = (day[0], f"DTSTART;TZID=America/New_York:20270310T090000\n{day[1]}")
    read = read_reply(changed(with_time))
    assert (read.recurrence_id, read.recurrence_day) == (MARCH, date(2027, 3, 9))


def test_one_mail_may_answer_several_occurrences():
    [before, after] = SHORT.split("BEGIN:VEVENT")
    event, end = after.split("END:VCALENDAR")
    other = event.replace("20270309T140000Z", "20270413T130000Z").replace("ACCEPTED", "DECLINED")
    text = f"{before}BEGIN:VEVENT{event}BEGIN:VEVENT{other}BEGIN:VEVENT{event.replace('UID', 'X')}END:VCALENDAR{end}"
    for raw in (as_file(text), as_mail(text, text.replace("VERSION", "X-VERSION"))):
        assert [(one.recurrence_id, one.answer) for one in read_replies(raw)] == [(MARCH, "yes"), (APRIL, "no")]
        assert read_reply(raw).recurrence_id == MARCH


def test_a_counterproposal_says_when():
    text = OUTLOOK.replace("METHOD:REPLY", "METHOD:COUNTER").replace("ACCEPTED", "TENTATIVE")
    text = text.replace(
        "DTSTART;TZID=Eastern Standard Time:20270413T090000", "DTSTART;TZID=Eastern Standard Time:20270414T133000"
    )
    read = read_reply(as_mail(text, method="COUNTER"))
    assert (read.method, read.answer, read.recurrence_id) == ("COUNTER", "maybe", APRIL)
    assert read.proposed_start == datetime(2027, 4, 14, 17, 30, tzinfo=UTC)
    assert read_reply(as_mail(text.replace(";PARTSTAT=TENTATIVE", ""))).answer == "maybe"
    assert read_reply(as_file(text.replace("20270414T133000", "20270414"))).proposed_start is None


def test_the_method_may_be_of_the_mail_only():
    text = SHORT.replace("METHOD:REPLY\n", "")
    assert read_reply(as_mail(text)).method == "REPLY"
    with pytest.raises(NotAReply):
        read_reply(as_file(text))


# ---------------------------------------------------------------- Zones
@pytest.mark.parametrize(
    "zone",
    ["America/New_York", "america/new_york", '"America/New_York"', "Eastern Standard Time", "/America/New_York",
     "/freeassociation.sourceforge.net/Tzfile/America/New_York"],
)  # fmt: skip
def test_names_of_zones(zone):
    read = read_reply(changed(("RECURRENCE-ID:20270309T140000Z", f"RECURRENCE-ID;TZID={zone}:20270309T090000")))
    assert read.recurrence_id == MARCH


def test_a_zone_of_somebodys_own_is_read_from_its_changes():
    """All year, with the zones as we and as Exchange write them."""
    new_york = ZoneInfo("America/New_York")
    ours = timezone_of("America/New_York").to_ical().decode().replace("\r\n", "\n")
    theirs = f"BEGIN:VTIMEZONE\nTZID:Customized Time Zone\n{EASTERN}END:VTIMEZONE\n"
    for zone in (ours.replace("America/New_York", "Customized Time Zone"), theirs):
        for number in range(0, 700, 3):
            wall = datetime.fromisoformat("2026-01-01 09:00") + timedelta(days=number)
            written = f"RECURRENCE-ID;TZID=Customized Time Zone:{wall:%Y%m%dT%H%M%S}"
            raw = changed(("RECURRENCE-ID:20270309T140000Z", written), ("BEGIN:VEVENT", f"{zone}BEGIN:VEVENT"))
            assert read_reply(raw).recurrence_id == in_zone(wall, new_york)


def test_a_time_without_a_zone_is_in_that_of_the_calendar():
    floating = ("RECURRENCE-ID:20270309T140000Z", "RECURRENCE-ID:20270309T090000")
    zone = timezone_of("America/New_York").to_ical().decode().replace("\r\n", "\n")
    assert read_reply(changed(floating, ("BEGIN:VEVENT", f"{zone}BEGIN:VEVENT"))).recurrence_id == MARCH
    assert read_reply(changed(floating, ("METHOD", "X-WR-TIMEZONE:America/New_York\nMETHOD"))).recurrence_id == MARCH
    with pytest.raises(NotAReply, match="unknown time zone"):
        read_reply(changed(floating))


# ---------------------------------------------------------------- Who answers
TWO = SHORT.replace("END:VEVENT", "ATTENDEE;PARTSTAT=DECLINED;CN=Bo:mailto:bo@partner.example\nEND:VEVENT")


def test_of_several_attendees_the_sender_of_the_mail_answers():
    assert read_reply(as_mail(TWO)).answer == "yes"
    assert read_reply(as_mail(TWO, sender="bo@partner.example")).answer == "no"
    for raw in (as_mail(TWO, sender="cy@partner.example"), as_file(TWO)):
        with pytest.raises(NotAReply, match="whose"):
            read_reply(raw)


def test_of_two_answers_of_one_person_the_first_counts():
    twice = SHORT.replace("END:VEVENT", "ATTENDEE;PARTSTAT=DECLINED:mailto:Ann@partner.example\nEND:VEVENT")
    assert read_reply(as_file(twice)).answer == "yes"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("MAILTO:Ann@Partner.example", "ann@partner.example"), ("ann@partner.example", "ann@partner.example"),
        ("mailto:a%2Bb@partner.example", "a+b@partner.example"),
        ("mailto: ann@partner.example ", "ann@partner.example"),
        ("mailto:ann@partner.example?x=y", "ann@partner.example"),
    ],
)  # fmt: skip
def test_addresses(written, address):
    assert read_reply(changed(("mailto:ann@partner.example", written))).address == address


@pytest.mark.parametrize(
    "written", ["", "invalid:nomail", "mailto:", "mailto:a b@x", "mailto:a@b@c", "urn:uuid:1", "mailto:%0A@x"]
)
def test_an_answer_of_nobody(written):
    with pytest.raises(NotAReply, match="whose"):
        read_reply(changed(("mailto:ann@partner.example", written)))


# ---------------------------------------------------------------- What is none
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("METHOD:REPLY", "METHOD:REQUEST"), ("METHOD:REPLY", "METHOD:"), (f"UID:{UID}\n", ""), (f"UID:{UID}", "UID: "),
        ("PARTSTAT=ACCEPTED", "PARTSTAT=NEEDS-ACTION"), (";PARTSTAT=ACCEPTED", ""), ("ATTENDEE", "X-ATTENDEE"),
        ("20270309T140000Z", "20270309T1400"), ("20270309T140000Z", "20270231T140000Z"), ("20270309T140000Z", ""),
        ("RECURRENCE-ID:", "RECURRENCE-ID;="), ("RECURRENCE-ID:2", f"RECURRENCE-ID;X={'y' * 20_000}:2"),
        *(
            ("RECURRENCE-ID:20270309T140000Z", f"RECURRENCE-ID;TZID={zone}")
            for zone in ("Nowhere:20270309T090000", "../../etc/passwd:20270309T090000", "Asia/Tokyo:00010101T000000")
        ),
        ("END:VEVENT\n", ""), ("END:VCALENDAR\n", ""), ("END:VEVENT", "END:VTODO"), ("VEVENT", "VTODO"),
        ("VCALENDAR", "VCARD"), ("BEGIN:VEVENT", "BEGIN:VEVENT\n" * 6), ("UID", "\n" * 30_000 + "UID"),
        ("UID", f"X:{'x' * 1_000_000}\nUID"),
    ],
)  # fmt: skip
def test_what_is_no_answer(old, new):
    with pytest.raises(NotAReply):
        read_replies(changed((old, new)))


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00" * 1000, b"BEGIN:VCALENDAR", b"BEGIN:VCALENDAR\r\nEND",
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR",
        b"From: a@x.example\n\nHello", b"\xff\xfeB\x00E\x00G\x00I\x00N\x00", b"END:VCALENDAR\n" * 50,
        b"BEGIN:VCALENDAR\n" * 20_000, b"BEGIN:VCALENDAR\n " + b"\n " * 400_000, as_mail(""),
    ],
)  # fmt: skip
def test_junk(raw):
    with pytest.raises(NotAReply):
        read_reply(raw)


def test_nothing_is_read_that_is_nested_too_deep():
    nested = "BEGIN:X\n" * 5 + "END:X\n" * 5
    with pytest.raises(NotAReply, match="too deep"):
        read_reply(changed(("END:VEVENT", f"{nested}END:VEVENT")))


def test_our_own_invitation_is_no_answer():
    start = datetime(2027, 3, 9, 9, tzinfo=ZoneInfo("America/New_York"))
    people = [Person("Ann", "ann@partner.example")]
    event = Event(uid=UID, start=start, minutes=60, summary="WIB", stamp=STAMP, attendees=people)
    with pytest.raises(NotAReply, match="not an answer"):
        read_reply(calendar_of("REQUEST", [event]))


def test_no_rule_that_came_in_is_expanded(monkeypatch):
    """Neither of the event nor of its zone, unless it is yearly; and that for two years only."""
    asked = []

    def look(rule: str, start: datetime, zone: ZoneInfo, until: date) -> list[datetime]:
        asked.append((rule, start.year, until.year))
        return occurrences(rule, start, zone, until)

    monkeypatch.setattr(itip, "occurrences", look)
    bombs = "RRULE:FREQ=SECONDLY\nRDATE:" + ",".join(["20270101T000000Z"] * 500)
    zone = f"BEGIN:VTIMEZONE\nTZID:Mine\n{EASTERN}BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:-0500\n"
    zone += f"TZOFFSETTO:-0500\n{bombs}\nEND:STANDARD\nEND:VTIMEZONE\n"
    written = ("RECURRENCE-ID:20270309T140000Z", f"RECURRENCE-ID;TZID=Mine:20270309T090000\n{bombs}")
    assert read_reply(changed(written, ("BEGIN:VEVENT", f"{zone}BEGIN:VEVENT"))).recurrence_id == MARCH
    assert asked == [
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=1SU", 2026, 2027),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", 2026, 2027),
    ]


def test_texts_are_cleaned_and_cut():
    long = "x" * 5_000
    read = read_reply(
        changed(
            ("ATTENDEE;", f'COMMENT:a\\nb\x07\u202e{long}\nATTENDEE;CN="Ann \u202e^n {long}";'),
            ("SEQUENCE:3", "SEQUENCE:-1"),
        )
    )
    assert (read.comment[:5], len(read.comment), read.sequence) == ("a\nbxx", 2_000, 0)
    assert (read.name[:6], len(read.name)) == ("Ann xx", 200)


def test_characters_cut_by_a_fold_and_old_charsets():
    folded = as_file(SHORT).replace(
        b"ATTENDEE;", 'ATTENDEE;CN="Zoë":'.encode()[:15] + b"\r\n " + 'ATTENDEE;CN="Zoë":'.encode()[15:-1] + b";"
    )
    assert read_reply(folded).name == "Zoë"
    assert read_reply(as_file(SHORT.replace("ATTENDEE;", "ATTENDEE;CN=Zoë;")).decode().encode("latin-1")).name == "Zoë"
    assert read_reply(b"\xef\xbb\xbf" + as_file(SHORT)).answer == "yes"


# ---------------------------------------------------------------- Anything at all
WHOLE = [raw for text in (*SAMPLES.values(), TWO) for raw in (as_file(text), as_mail(text))]
PIECES = [
    b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"RECURRENCE-ID;TZID=", b"TZID:", b"\r\n ", b'"', b";", b":", b",", b"\\",
    b"ATTENDEE;PARTSTAT=DECLINED:mailto:x@y.example\r\n", b"RRULE:FREQ=YEARLY;BYDAY=", b"99999999T999999Z",
    b"\x00", b"\xff", b"00010101T000000",
    b"TZOFFSETTO:+9999\r\n", b"MAILTO:", b"SEQUENCE:99999999999999999999\r\n", b"^n", b"%", b"UNTIL=0000", b"\xc2\x85",
]  # fmt: skip


def mutated(raw: bytes, seed: int) -> bytes:
    """Return bytes with some cut out, doubled, exchanged or put in."""
    dice = random.Random(seed)
    for _ in range(dice.randint(1, 6)):
        first, second = sorted(dice.randint(0, len(raw)) for _ in range(2))
        second = min(second, first + dice.choice([1, 3, 40, 400]))
        middle = dice.choice([b"", raw[first:second] * 2, bytes([dice.randint(0, 255)]), dice.choice(PIECES)])
        raw = raw[:first] + middle + raw[second:]
    return raw


@settings(max_examples=1_000)
@given(st.builds(mutated, st.sampled_from(WHOLE), st.integers(0, 2**32)) | st.binary(max_size=300))
@example(b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 5)
def test_anything_is_an_answer_or_refused(raw):
    try:
        found = read_replies(raw)
    except NotAReply:
        return
    for one in found:
        assert one.uid
        assert "@" in one.address
        assert one.address == one.address.lower().strip()
        assert one.answer in ("yes", "no", "maybe")
        assert one.recurrence_id is None or one.recurrence_id.tzinfo is UTC
        assert one.proposed_start is None or one.method == "COUNTER"
