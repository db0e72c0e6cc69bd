"""The recipients of an email to selected partners or representatives."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch
from django.db.models.functions import Lower

from partners.models import Partnership, Representative
from partners.models.partnerships import PartnershipQuerySet
from partners.models.people import RepresentativeQuerySet

LONGEST = 1500  # characters of one address list; mail programs cut longer links


@dataclass(frozen=True)
class Recipient:
    """A person, or a partner without one, and the email address; blank if there is none."""

    name: str
    partner: str
    email: str


def recipients_of_partners(partners: PartnershipQuerySet) -> list[Recipient]:
    """Return for each partner its main representative, or else an alternate who has an email; two queries."""
    people = Representative.objects.current().order_by("-kind", Lower("name"), "pk")
    rows = partners.select_related("organization").prefetch_related(
        Prefetch("representatives", people, to_attr="speaking")
    )
    return [_of_partner(row) for row in rows.order_by(Lower("organization__name"), "pk")]


def _of_partner(partnership: Partnership) -> Recipient:
    people: list[Representative] = partnership.speaking  # type: ignore[attr-defined]  # prefetched
    person = next((one for one in people if one.email), people[0] if people else None)
    name = partnership.organization.name
    return Recipient(person.name, name, person.email) if person else Recipient("", name, "")


def recipients_of_people(people: RepresentativeQuerySet) -> list[Recipient]:
    """Return representatives as recipients; one query."""
    rows = people.select_related("partnership__organization").order_by(Lower("name"), "pk")
    return [Recipient(row.name, row.partnership.organization.name, row.email) for row in rows]


def in_groups(recipients: Iterable[Recipient]) -> list[list[str]]:
    """Return the email addresses, each once, in groups short enough for one link that opens a mail program."""
    groups: list[list[str]] = []
    length = LONGEST
    for email in dict.fromkeys(one.email.lower() for one in recipients if one.email):
        length += len(email) + 1
        if length > LONGEST:
            groups.append([])
            length = len(email)
        groups[-1].append(email)
    return groups
