"""Add, edit, archive and restore the representatives of a partner: one main representative and alternates.

Changes of the main representative lock the partnership, so that it never has two, and has none only by choice.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.editing import bulk
from onestop.editing.refusals import Refused
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from partners.models import Membership, Partnership, Representative
from partners.people.signatories import notify_signatory_named, wait_for_staff, withdraw_signatory_named

FACTS = ("name", "job_title", "email", "phone", "is_signatory", "user")
MAIN, ALTERNATE = Representative.Kind.MAIN, Representative.Kind.ALTERNATE


class CannotSpeak(Refused):
    """The person cannot represent the partner like this."""


@recorded
def add_representative(
    partnership: Partnership, *, facts: Mapping[str, Any], by: User | None, at: datetime
) -> Representative:
    """Add a representative of a partner. If the new one is main, the current main representative becomes an alternate.

    :raises CannotSpeak: if the partner is archived, or another representative has the email or account.
    """
    partnership = _lock(partnership)
    if partnership.is_archived:
        raise CannotSpeak(_("This partner is archived. Restore the partner first."))
    person = Representative(partnership=partnership, kind=ALTERNATE, **{n: facts[n] for n in FACTS if n in facts})
    _check(person, _current(partnership.pk)[partnership.pk])
    if facts.get("kind") == MAIN:
        _step_back(partnership)
        person.kind = MAIN
    is_pending = person.is_signatory and wait_for_staff(person, by=by, at=at)
    person.save()
    if is_pending:
        notify_signatory_named(person, by=by, at=at)
    return person


@recorded
def update_representative(
    person: Representative, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> Representative:
    """Edit the details and the role of a representative.

    :raises ChangedMeanwhile: if ``version`` is given and someone has saved since.
    :raises CannotSpeak: if they have left, or another representative of the partner has the email or account.
    """
    partnership = _lock(person.partnership)
    person = _read(person)
    demand_version(person, (), version)
    if person.is_archived:
        raise CannotSpeak(_("%(name)s has left. Restore them before you edit.") % {"name": person.name})
    before = _who_signs(person)
    for name in FACTS:
        if name in facts:
            setattr(person, name, facts[name])
    _check(person, _current(partnership.pk)[partnership.pk])
    is_pending = _name_anew(person, before, by=by, at=at)
    if not person.is_signatory:
        withdraw_signatory_named(person, why=_("They are no longer a signatory."))
    if facts.get("kind") == MAIN != person.kind:
        _step_back(partnership)
    person.kind = facts.get("kind", person.kind)
    person.save()
    if is_pending:
        notify_signatory_named(person, by=by, at=at)
    return person


@recorded
def confirm_signatory(person: Representative, *, by: User | None, at: datetime) -> Representative:
    """Confirm a signatory named by the partner, who can sign from now on.

    :raises CannotSpeak: if they have left, are not named as a signatory, or can already sign.
    """
    _lock(person.partnership)
    person = _read(person)
    if person.is_archived or not person.is_signatory:
        raise CannotSpeak(_("%(name)s is no longer named as a signatory.") % {"name": person.name})
    if person.may_sign(at):
        raise CannotSpeak(_("%(name)s can already sign.") % {"name": person.name})
    person.signatory_from = None
    person.save(update_fields=["signatory_from"])
    withdraw_signatory_named(person, why=_("Staff confirmed the signatory."))
    return person


@recorded
def make_main(person: Representative, *, by: User | None, at: datetime) -> Representative | None:
    """Make an alternate the main representative; return the previous one, who becomes an alternate.

    :raises CannotSpeak: if the person has left.
    """
    partnership = _lock(person.partnership)
    person = _read(person)
    if person.is_archived:
        raise CannotSpeak(_("%(name)s has left and cannot be the main representative.") % {"name": person.name})
    if person.kind == MAIN:
        return None
    before = _step_back(partnership)
    person.kind = MAIN
    person.save(update_fields=["kind"])
    return before


@recorded
def archive_representative(
    person: Representative, *, successor: Representative | None, by: User | None, at: datetime
) -> None:
    """Archive a representative who has left. ``successor`` replaces a main representative; without one there is none.

    :raises CannotSpeak: if they have already left, or the successor is not a representative of the same partner.
    """
    _lock(person.partnership)
    person = _read(person)
    if person.is_archived:
        raise CannotSpeak(_("%(name)s has already left.") % {"name": person.name})
    if successor is not None:
        successor = _read(successor)
        if successor.partnership_id != person.partnership_id or successor.is_archived or successor.pk == person.pk:
            raise CannotSpeak(_("Choose a representative of the same partner."), field="successor")
    was_main = person.kind == MAIN
    person.archived_at = at
    person.save(update_fields=["archived_at"])
    if was_main and successor is not None:
        successor.kind = MAIN
        successor.save(update_fields=["kind"])


@recorded
def restore_representative(person: Representative, *, by: User | None, at: datetime) -> Representative:
    """Restore a representative who had left, as an alternate if there is another main representative by now.

    :raises CannotSpeak: if the partner is archived, or another representative has their email or account by now.
    """
    partnership = _lock(person.partnership)
    person = _read(person)
    if partnership.is_archived:
        raise CannotSpeak(_("This partner is archived. Restore the partner first."))
    person.archived_at = None
    _check(person, _current(partnership.pk)[partnership.pk])
    if person.kind == MAIN and _main_of(partnership) is not None:
        person.kind = ALTERNATE
    person.save(update_fields=["archived_at", "kind"])
    return person


def accounts_of(partnership: Partnership) -> Any:
    """Return the active accounts with a seat for the partner."""
    seats = Membership.objects.current().filter(partnership=partnership)
    return User.objects.filter(is_active=True, pk__in=seats.values("user"))


def _lock(partnership: Partnership) -> Partnership:
    return Partnership.objects.select_for_update(of=("self",)).select_related("organization").get(pk=partnership.pk)


def _read(person: Representative) -> Representative:
    return Representative.objects.select_related("partnership__organization").get(pk=person.pk)


def _main_of(partnership: Partnership) -> Representative | None:
    return Representative.objects.current().filter(partnership=partnership, kind=MAIN).first()


def _step_back(partnership: Partnership) -> Representative | None:
    """Make the main representative an alternate; return that person."""
    before = _main_of(partnership)
    if before is not None:
        before.kind = ALTERNATE
        before.save(update_fields=["kind"])
    return before


def _who_signs(person: Representative) -> tuple[str, str, int | None] | None:
    return (person.name, person.email.lower(), person.user_id) if person.is_signatory else None


def _name_anew(
    person: Representative, before: tuple[str, str, int | None] | None, *, by: User | None, at: datetime
) -> bool:
    """Set from when a changed person may sign; return whether that is pending. The caller saves."""
    if not person.is_signatory:
        person.signatory_from = None
    # Another name, address or account may mean another person, who must be named again.
    return person.is_signatory and _who_signs(person) != before and wait_for_staff(person, by=by, at=at)


def _current(*partnership_ids: int) -> dict[int, list[Representative]]:
    """Return the current representatives of partnerships, by partnership."""
    there: dict[int, list[Representative]] = defaultdict(list)
    rows = Representative.objects.current().filter(partnership__in=bulk.among(partnership_ids))
    for person in rows.order_by("pk"):
        there[person.partnership_id].append(person)
    return there


def _check(person: Representative, there: Iterable[Representative]) -> None:
    others = [other for other in there if other.pk is None or other.pk != person.pk]
    email = person.email.lower()
    if email and (same := next((other for other in others if other.email.lower() == email), None)):
        problem = _("%(name)s already represents this partner with this email address.")
        raise CannotSpeak(problem % {"name": same.name}, field="email")
    if person.user_id and (same := next((other for other in others if other.user_id == person.user_id), None)):
        raise CannotSpeak(_("%(name)s is already linked to this account.") % {"name": same.name}, field="user")


# ---------------------------------------------------------------- Many at once
@recorded
def add_representatives(
    people: Sequence[tuple[int, Mapping[str, Any]]], *, by: User | None, at: datetime
) -> list[Representative]:
    """Add many representatives, each with the id of the partnership and the facts; a new main one replaces the old.

    :raises CannotSpeak: if a partner is archived, or another of its representatives has the e-mail or account.
    """
    partnerships = {pk for pk, facts in people}
    bulk.lock(Partnership.objects.all(), partnerships)
    if Partnership.objects.archived().filter(pk__in=bulk.among(partnerships)).exists():
        raise CannotSpeak(_("This partner is archived. Restore the partner first."))
    there = _current(*partnerships)
    made: list[Representative] = []
    for pk, facts in people:
        person = Representative(partnership_id=pk, **{name: facts[name] for name in FACTS if name in facts})
        person.kind = facts.get("kind", ALTERNATE)
        _check(person, there[pk])
        there[pk].append(person)
        made.append(person)
    _read_partnerships(made)
    pending = [person for person in made if _name_anew(person, None, by=by, at=at)]
    _have_one_main(there, made)
    bulk.add_rows(made)
    for person in pending:
        notify_signatory_named(person, by=by, at=at)
    return made


@recorded
def update_representatives(changes: Mapping[int, Mapping[str, Any]], *, by: User | None, at: datetime) -> None:
    """Change many representatives, each by their id.

    :raises CannotSpeak: if one has left, or another of the partner's representatives has the e-mail or account.
    """
    owners = Representative.objects.filter(pk__in=bulk.among(changes)).values_list("partnership_id", flat=True)
    partnerships = set(owners)
    bulk.lock(Partnership.objects.all(), partnerships)
    people = bulk.lock_rows(Representative.objects.all(), changes)
    if left := next((person for person in people.values() if person.is_archived), None):
        words = _("%(name)s has left. Restore them before you edit.")
        raise CannotSpeak(words % {"name": left.name})
    there = {pk: [people.get(one.pk, one) for one in those] for pk, those in _current(*partnerships).items()}
    before = {pk: _who_signs(person) for pk, person in people.items()}
    changed = bulk.apply_changes(people, changes, (*FACTS, "kind"))
    for person in people.values():
        _check(person, there[person.partnership_id])
    _read_partnerships(people.values())
    pending = [person for pk, person in people.items() if _name_anew(person, before[pk], by=by, at=at)]
    stopped = [person for pk, person in people.items() if before[pk] and not person.is_signatory]
    if stopped:
        withdraw_signatory_named(*stopped, why=_("They are no longer a signatory."))
    _have_one_main(there, [person for pk, person in people.items() if changes[pk].get("kind") == MAIN])
    bulk.save_rows(people.values(), {*changed, "signatory_from", "kind"})
    for person in pending:
        notify_signatory_named(person, by=by, at=at)


def _read_partnerships(people: Iterable[Representative]) -> None:
    """Read the partnerships of signatories with their areas: whether staff must confirm them depends on these."""
    signing = [person for person in people if person.is_signatory]
    prefetch_related_objects(signing, "partnership__area", "partnership__organization")


def _have_one_main(there: Mapping[int, Sequence[Representative]], chosen: Iterable[Representative]) -> None:
    """Make everybody else an alternate where somebody becomes main; those in the database are saved."""
    mains = {person.partnership_id: person for person in chosen if person.kind == MAIN}
    back = [one for pk, main in mains.items() for one in there[pk] if one is not main and one.kind == MAIN]
    for person in back:
        person.kind = ALTERNATE
    if saved := [person.pk for person in back if person.pk]:
        Representative.objects.filter(pk__in=bulk.among(saved)).update(kind=ALTERNATE)
