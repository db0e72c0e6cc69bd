"""Plan the representatives in a row of a partner: the main one, and alternates if the cell names several persons."""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.ui.sentences import join_words
from partners.importing import cells
from partners.importing.network_fields import PARTNER_FIELDS
from partners.importing.persons import Person, read_persons
from partners.importing.planning import ReadRow, differences
from partners.models import Representative

Contacts = tuple[list[list[str]], list[dict[str, Any]]]
MAIN_CONTACT = next(field.label for field in PARTNER_FIELDS if field.code == "contact_name")
ALTERNATE_CONTACT = "Alternate representative"  # no translation: beside the labels of fields
FACTS = {"contact_title": "title", "contact_email": "email", "contact_phone": "phone"}
NUMBERS = re.compile(
    r"(\(\d{3}\) \d{3}-\d{4}(?: ext\. \d+)?)\s*(?:[;,/|]|or|and|&)\s*(\(\d{3}\) \d{3}-\d{4}(?: ext\. \d+)?)"
)
LONGEST = {"contact_name": 150, "contact_title": 150, "contact_email": 254, "contact_phone": 40}


def plan_contacts(row: ReadRow, people: Sequence[Representative]) -> Contacts | str:
    """Return the changes to the representatives, and what to write; or why they are refused."""
    main = next((item for item in people if item.kind == Representative.Kind.MAIN), None)
    if not row.values.get("contact_name"):
        _say_spare(row)
        if main is None and any(row.values.get(code) for code in FACTS):
            _leave_nameless(row)
        return _plan_main(row, people, main) if main else ([], [])
    persons = _persons(row, people)
    at = next((at for at, one in enumerate(persons) if main and cells.key(one.name) == cells.key(main.name)), 0)
    persons.insert(0, persons.pop(at))
    _take_main(row, persons[0], alone=len(persons) == 1)
    planned = _plan_main(row, people, main)
    if isinstance(planned, str):
        return planned
    changes, writes = planned
    for person in persons[1:]:
        more, write = _plan_alternate(row, people, person)
        changes += more
        writes += [write] if write else []
    return changes, writes


def plan_further_contacts(row: ReadRow, people: Sequence[Representative], there: list[Person], line: int) -> Contacts:
    """Return the changes to the representatives by a further row about a partner: its persons become alternates.

    :param there: the persons of earlier rows; those of this one are added.
    :param line: the first row about the partner.
    """
    if not row.values.get("contact_name"):
        _say_spare(row)
        known = there[0] if there else None
        if any(value and (known is None or value != getattr(known, name)) for code, name in FACTS.items()
               if (value := row.values.get(code))):  # fmt: skip
            _leave_nameless(row)
        return [], []
    persons = _persons(row, people)
    _take_main(row, persons[0], alone=len(persons) == 1)
    facts = {name: str(row.values.get(code) or "") for code, name in FACTS.items()}
    persons[0] = Person(row.values["contact_name"], **facts)
    changes: list[list[str]] = []
    writes: list[dict[str, Any]] = []
    for person in persons:
        if same := next((one for one in there if cells.key(one.name) == cells.key(person.name)), None):
            _say_other_facts(row, person, same, line)
            continue
        if person.email and any(one.email == person.email for one in there):
            words = _("Two persons have this email address. It was saved once.")
            row.remark(words, "contact_email", person.email, asks=True)
            person.email = ""
        there.append(person)
        row.values.pop("contact_email", None)  # that of the person is compared
        more, write = _plan_alternate(row, people, person)
        changes += more
        writes += [write] if write else []
    return changes, writes


def _say_other_facts(row: ReadRow, person: Person, same: Person, line: int) -> None:
    for code, name in FACTS.items():
        value = getattr(person, name)
        if value and cells.key(value) != cells.key(getattr(same, name)):
            words = _("Not saved, because row %(row)s names %(name)s without it. Write it there.")
            row.remark(words % {"row": line, "name": same.name}, code, value, asks=True)
            row.leave(code, value)


# ---------------------------------------------------------------- Who is in the cells
def _persons(row: ReadRow, people: Sequence[Representative]) -> list[Person]:
    text = row.values["contact_name"]
    if any(cells.key(item.name) == cells.key(text) for item in people):
        _say_spare(row)
        return [Person(text)]
    found = read_persons(text)
    persons = found.people
    for words in found.left:
        row.remark(_("Saved without these words: “%(left)s”.") % {"left": words}, "contact_name", text, asks=True)
        row.leave("contact_name", words)
    if len(persons) > 1:
        said = ngettext("Read as %(number)s person: %(names)s.", "Read as %(number)s persons: %(names)s.", len(persons))
        names = join_words(person.name for person in persons)
        row.remark(said % {"number": len(persons), "names": names}, "contact_name", text)
        _share_out(row, persons)
    elif found.is_reordered:
        row.remark(_("Read as: %(names)s.") % {"names": persons[0].name}, "contact_name", text)
        _say_spare(row)
    else:
        _say_spare(row)
    return persons


def _share_out(row: ReadRow, persons: list[Person]) -> None:
    """Give each person the email address and the phone number at the same place in the cells beside."""
    emails = [row.values.get("contact_email") or "", *row.spare.get("contact_email", ())]
    numbers = [row.values.get("contact_phone") or "", *row.spare.get("contact_phone", ())]
    if len(numbers) == 1 and (two := NUMBERS.fullmatch(numbers[0])):
        numbers = list(two.groups())
    for code, each, name in (("contact_email", emails, "email"), ("contact_phone", numbers, "phone")):
        if len(each) == len(persons):
            for person, value in zip(persons, each, strict=True):
                if value and not getattr(person, name):
                    setattr(person, name, value)
            row.values.pop(code, None)
            row.spare.pop(code, None)
    _say_spare(row)


def _say_spare(row: ReadRow) -> None:
    """Say which email addresses and phone numbers no person can have."""
    for code, others in row.spare.items():
        row.remark(
            _("Only one value fits. Saved: %(first)s. Skipped: %(others)s.")
            % {"first": row.values.get(code, ""), "others": ", ".join(others)},
            code,
            "; ".join([row.values.get(code, ""), *others]),
            asks=True,
        )
        row.leave(code, ", ".join(others))
    row.spare = {}


def _leave_nameless(row: ReadRow) -> None:
    row.remark(_("The representative has an email or phone but no name, and was skipped."), asks=True)
    for code in FACTS:
        row.leave(code, str(row.values.get(code) or ""))


def _take_main(row: ReadRow, person: Person, *, alone: bool) -> None:
    """Fill the fields of the row with what stands beside the name, where their own cells say nothing."""
    text = row.values["contact_name"]
    row.values["contact_name"] = person.name[: LONGEST["contact_name"]]
    if len(person.name) > LONGEST["contact_name"]:
        row.remark(cells.too_long(person.name, LONGEST["contact_name"]), "contact_name", text, asks=True)
        row.leave("contact_name", person.name)
    for code, name in FACTS.items():
        beside, own = getattr(person, name), row.values.get(code)
        if not beside:
            continue
        if own and cells.key(own) != cells.key(beside):
            row.remark(
                _("Saved: %(value)s. Not saved: “%(left)s”.") % {"value": own, "left": beside},
                "contact_name",
                text,
                asks=True,
            )
            row.leave("contact_name", beside)
        elif len(beside) > LONGEST[code]:
            row.remark(cells.too_long(beside, LONGEST[code]), "contact_name", text, asks=True)
            row.leave("contact_name", beside)
        else:
            row.values[code] = beside


# ---------------------------------------------------------------- What changes
def _plan_main(row: ReadRow, people: Sequence[Representative], main: Representative | None) -> Contacts | str:
    name, email = row.values.get("contact_name", ""), row.values.get("contact_email", "")
    person: Representative | None = main
    if name:
        by_email, by_name = _of_email(people, email), _of_name(people, name)
        if by_email and by_name and by_email is not by_name:
            return _("The email %(email)s belongs to %(owner)s, not to %(name)s.") % {
                "email": email, "owner": by_email.name, "name": name,
            }  # fmt: skip
        person = by_email or by_name
    if person and email and any(item.email.lower() == email for item in people if item is not person):
        return _("The email %(email)s belongs to another representative of this partner.") % {"email": email}
    if person and name and cells.key(person.name) == cells.key(name):
        row.values["contact_name"] = person.name
    changes, writes = differences(PARTNER_FIELDS, "contact", row.values, person)
    if person is not main or main is None:
        writes["kind"] = Representative.Kind.MAIN
        changes = [change for change in changes if change[0] != MAIN_CONTACT]
        changes.insert(0, [MAIN_CONTACT, main.name if main else "", name])
        if main:
            row.remark(_("%(name)s becomes an alternate.") % {"name": main.name})
    return changes, [{"row": person, "fields": writes}] if writes else []


def _plan_alternate(
    row: ReadRow, people: Sequence[Representative], person: Person
) -> tuple[list[list[str]], dict[str, Any] | None]:
    known = _of_email(people, person.email) or _of_name(people, person.name)
    values = {"contact_name": known.name if known else person.name}
    for code, name in FACTS.items():
        if value := getattr(person, name):
            values[code] = value
    if too_long := [code for code, value in values.items() if len(value) > LONGEST[code]]:
        row.remark(cells.too_long(values[too_long[0]], LONGEST[too_long[0]]), "contact_name", person.name, asks=True)
        row.leave("contact_name", values[too_long[0]])
        values = {code: value for code, value in values.items() if code not in too_long}
        if "contact_name" in too_long:
            return [], None
    email = values.get("contact_email", "")
    if email and (email == row.values.get("contact_email") or (
        not known and any(item.email.lower() == email for item in people))):  # fmt: skip
        row.remark(_("Two persons have this email address. It was saved once."), "contact_email", email, asks=True)
        del values["contact_email"]
    changes, writes = differences(PARTNER_FIELDS, "contact", values, known)
    if not writes:
        return [], None
    if known is None:
        writes["kind"] = Representative.Kind.ALTERNATE
    shown = [
        [ALTERNATE_CONTACT if label == MAIN_CONTACT else f"{person.name}: {label}", old, new]
        for label, old, new in changes
    ]
    return shown, {"row": known, "fields": writes}


def _of_email(people: Sequence[Representative], email: str) -> Representative | None:
    return next((item for item in people if email and item.email.lower() == email), None)


def _of_name(people: Sequence[Representative], name: str) -> Representative | None:
    return next((item for item in people if cells.key(item.name) == cells.key(name)), None)
