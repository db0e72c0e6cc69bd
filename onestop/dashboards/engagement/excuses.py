"""Excuse acts, with a reason: they count neither for nor against a partner. An excuse can be taken back."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from onestop.accounts.models import User
from onestop.dashboards.models import ActExcuse
from onestop.editing.refusals import Refused
from onestop.history.tracking import recorded
from partners.models import LocalArea, Partnership
from partners.network.acts import Act

Excuses = dict[int, dict[str, ActExcuse]]  # by partner and name of the act


class CannotExcuse(Refused):
    """The act cannot be excused; the message explains why to the user."""


def excuses_in(areas: Collection[LocalArea]) -> Excuses:
    """Return the standing excuses of the partners of areas; one query."""
    found: Excuses = defaultdict(dict)
    for excuse in ActExcuse.objects.standing().filter(partnership__area__in=areas).select_related("by"):
        found[excuse.partnership_id][excuse.act] = excuse
    return found


def with_excuses(acts: Iterable[Act], excuses: Excuses) -> list[Act]:
    """Return acts, those excused marked with their reason."""
    return [
        act.excuse(excuse.reason) if (excuse := excuses.get(act.partnership, {}).get(act.name)) else act for act in acts
    ]


@recorded
def excuse_act(partnership: Partnership, act: Act, *, reason: str, by: User | None, at: datetime) -> ActExcuse:
    """Let a partner not answer for an act.

    :raises CannotExcuse: if it is another partner's, was done by its day, is excused already, or the reason is missing.
    """
    # Lock: two people must not excuse it at once.
    Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
    if act.partnership != partnership.pk:
        raise CannotExcuse(_("This belongs to another partner."))
    if act.excused or ActExcuse.objects.standing().filter(partnership=partnership, act=act.name).exists():
        raise CannotExcuse(_("This is excused already."))
    if act.done_on is not None and act.done_on <= act.due_on:
        raise CannotExcuse(_("This was done on time and needs no excuse."))
    if not reason.strip():
        raise CannotExcuse(_("Say why it is excused."), field="reason")
    return ActExcuse.objects.create(partnership=partnership, act=act.name, reason=reason.strip(), by=by, at=at)


@recorded
def end_excuse(excuse: ActExcuse, *, by: User | None, at: datetime) -> ActExcuse:
    """Take an excuse back: the act counts again.

    :raises CannotExcuse: if it was taken back already.
    """
    excuse = ActExcuse.objects.select_for_update(no_key=True).get(pk=excuse.pk)
    if excuse.ended_at is not None:
        raise CannotExcuse(_("The excuse was taken back already."))
    excuse.ended_at = at
    excuse.save(update_fields=["ended_at"])
    return excuse
