"""Add, edit, archive and restore the representatives of a partner: one main representative and alternates.

Changes of the main representative lock the partnership, so that it never has two, and has none only by choice.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from onestop.accounts.models import User
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
    _check(person)
    # Another name, address or account may mean another person, who must be named again.
    is_pending = person.is_signatory and _who_signs(person) != before and wait_for_staff(person, by=by, at=at)
    if not person.is_signatory:
        person.signatory_from = None
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
    _check(person)
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


def _check(person: Representative) -> None:
    others = Representative.objects.current().filter(partnership=person.partnership_id).exclude(pk=person.pk)
    if person.email and (same := others.filter(email__iexact=person.email).first()):
        problem = _("%(name)s already represents this partner with this email address.")
        raise CannotSpeak(problem % {"name": same.name}, field="email")
    if person.user_id and (same := others.filter(user=person.user_id).first()):
        raise CannotSpeak(_("%(name)s is already linked to this account.") % {"name": same.name}, field="user")
