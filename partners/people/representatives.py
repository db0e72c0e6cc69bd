"""Who speaks for a partner: one main representative, alternates, and what happens when one of them leaves.

Whatever touches who is main happens under a lock on the partnership, so that it never has two main representatives, and
none only when somebody has chosen so.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from onestop.accounts.models import User
from onestop.editing.refusals import Refused
from onestop.editing.versions import demand_version
from onestop.history.tracking import recorded
from partners.models import Membership, Partnership, Representative
from partners.people.signatories import notify_signatory_named, wait_for_staff, withdraw_signatory_named

FACTS = ("name", "job_title", "email", "phone", "is_signatory", "user")
MAIN, ALTERNATE = Representative.Kind.MAIN, Representative.Kind.ALTERNATE


class CannotSpeak(Refused):
    """A person cannot speak for the partner like this."""


@recorded
def add_representative(
    partnership: Partnership, *, facts: Mapping[str, Any], by: User | None, at: datetime
) -> Representative:
    """Name a person who speaks for a partner. Who is main already becomes alternate when the new one is main.

    :raises CannotSpeak: if the partner is archived, or another who speaks for it has the e-mail or account.
    """
    partnership = _lock(partnership)
    if partnership.is_archived:
        raise CannotSpeak("This partner is archived. Restore the partner first.")
    person = Representative(partnership=partnership, kind=ALTERNATE, **{n: facts[n] for n in FACTS if n in facts})
    _check(person)
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
    """Change what is known of a representative, and as what they speak.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotSpeak: if they have left, or the e-mail or account belongs to another who speaks for the partner.
    """
    partnership = _lock(person.partnership)
    person = _read(person)
    demand_version(person, (), version)
    if person.is_archived:
        raise CannotSpeak(f"{person.name} has left. Bring them back before you change something.")
    before = _who_signs(person)
    for name in FACTS:
        if name in facts:
            setattr(person, name, facts[name])
    _check(person)
    # Another name, address or account may mean another person: they are named anew.
    is_pending = person.is_signatory and _who_signs(person) != before and wait_for_staff(person, by=by, at=at)
    if not person.is_signatory:
        person.signatory_from = None
        withdraw_signatory_named(person, why="They no longer sign.")
    if facts.get("kind") == MAIN != person.kind:
        _step_back(partnership)
    person.kind = facts.get("kind", person.kind)
    person.save()
    if is_pending:
        notify_signatory_named(person, by=by, at=at)
    return person


@recorded
def confirm_signatory(person: Representative, *, by: User | None, at: datetime) -> Representative:
    """Let somebody whom their partner named as signatory sign from now on.

    :raises CannotSpeak: if they have left, or nobody has named them, or they may sign already.
    """
    _lock(person.partnership)
    person = _read(person)
    if person.is_archived or not person.is_signatory:
        raise CannotSpeak(f"{person.name} is not named as a signatory any more.")
    if person.may_sign(at):
        raise CannotSpeak(f"{person.name} may sign already.")
    person.signatory_from = None
    person.save(update_fields=["signatory_from"])
    withdraw_signatory_named(person, why="Staff have confirmed it.")
    return person


@recorded
def make_main(person: Representative, *, by: User | None, at: datetime) -> Representative | None:
    """Make an alternate the main representative; return who was it until now, and is alternate from here on.

    :raises CannotSpeak: if the person has left.
    """
    partnership = _lock(person.partnership)
    person = _read(person)
    if person.is_archived:
        raise CannotSpeak(f"{person.name} has left, and cannot be the main representative.")
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
    """Record that a person has left. If they were main, ``successor`` is main from now on; without one nobody is.

    :raises CannotSpeak: if they have left already, or the successor does not speak for the same partner now.
    """
    _lock(person.partnership)
    person = _read(person)
    if person.is_archived:
        raise CannotSpeak(f"{person.name} has left already.")
    if successor is not None:
        successor = _read(successor)
        if successor.partnership_id != person.partnership_id or successor.is_archived or successor.pk == person.pk:
            raise CannotSpeak("Who takes over has to speak for the same partner.", field="successor")
    was_main = person.kind == MAIN
    person.archived_at = at
    person.save(update_fields=["archived_at"])
    if was_main and successor is not None:
        successor.kind = MAIN
        successor.save(update_fields=["kind"])


@recorded
def restore_representative(person: Representative, *, by: User | None, at: datetime) -> Representative:
    """Bring a person back who had left: as what they were, or as alternate if another is main by now.

    :raises CannotSpeak: if the partner is archived, or another with their e-mail or account speaks for it by now.
    """
    partnership = _lock(person.partnership)
    person = _read(person)
    if partnership.is_archived:
        raise CannotSpeak("This partner is archived. Restore the partner first.")
    person.archived_at = None
    _check(person)
    if person.kind == MAIN and _main_of(partnership) is not None:
        person.kind = ALTERNATE
    person.save(update_fields=["archived_at", "kind"])
    return person


def accounts_of(partnership: Partnership) -> Any:
    """Return the people with an account who hold a seat for the partner."""
    seats = Membership.objects.current().filter(partnership=partnership)
    return User.objects.filter(is_active=True, pk__in=seats.values("user"))


def _lock(partnership: Partnership) -> Partnership:
    return Partnership.objects.select_for_update(of=("self",)).select_related("organization").get(pk=partnership.pk)


def _read(person: Representative) -> Representative:
    return Representative.objects.select_related("partnership__organization").get(pk=person.pk)


def _main_of(partnership: Partnership) -> Representative | None:
    return Representative.objects.current().filter(partnership=partnership, kind=MAIN).first()


def _step_back(partnership: Partnership) -> Representative | None:
    """Make the main representative an alternate, and return them."""
    before = _main_of(partnership)
    if before is not None:
        before.kind = ALTERNATE
        before.save(update_fields=["kind"])
    return before


def _who_signs(person: Representative) -> tuple[str, str, int | None] | None:
    return (person.name, person.email.lower(), person.user_id) if person.is_signatory else None


def _check(person: Representative) -> None:
    others = Representative.objects.current().filter(partnership=person.partnership_id).exclude(pk=person.pk)
    if person.email and (same := others.filter(email__iexact=person.email).first()):
        raise CannotSpeak(f"{same.name} has this e-mail and speaks for the partner already.", field="email")
    if person.user_id and (same := others.filter(user=person.user_id).first()):
        raise CannotSpeak(f"{same.name} is linked to this account already.", field="user")
