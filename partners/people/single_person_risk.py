"""Single-person dependencies of a partner, by function, and what stops if that person leaves.

Four functions: signing, attending (representing the partner), editing, receiving notifications. People who are only
invited, or whose account is deactivated, do not count; a manager of a whole organization edits in all its areas.
Other apps register what else stops (``register_stop``), each as one expression of the query that fetches the partners.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Count, Func, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower, Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onestop.ui.sentences import join_words
from partners.models import ConfirmationRequest, Membership, Partnership, Proposal, Representative, Role, Service
from partners.models.partnerships import PartnershipQuerySet
from partners.people.roster import knows_accounts
from partners.seats import seats_of


class Function(models.TextChoices):
    """What a person does for a partner."""

    SIGNS = "signs", gettext_lazy("Signs agreements")
    ATTENDS = "attends", gettext_lazy("Attends meetings")
    EDITS = "edits", gettext_lazy("Edits services")
    NOTICES = "notices", gettext_lazy("Receives notifications")


# The numbers of people, as with_people counts them.
COUNTS = {
    Function.SIGNS: "signatories",
    Function.ATTENDS: "speakers",
    Function.EDITS: "editors",
    Function.NOTICES: "readers",
}
ALONE = {
    Function.SIGNS: gettext_lazy("%(person)s is the only signatory."),
    Function.ATTENDS: gettext_lazy("%(person)s is the only representative."),
    Function.EDITS: gettext_lazy("Only %(person)s can edit the services."),
    Function.NOTICES: gettext_lazy("Only %(person)s receives notifications."),
}
VERBS = {
    Function.SIGNS: gettext_lazy("signs"),
    Function.ATTENDS: gettext_lazy("attends"),
    Function.EDITS: gettext_lazy("edits"),
    Function.NOTICES: gettext_lazy("receives notifications"),
}


# ---------------------------------------------------------------- What stops
@dataclass(frozen=True)
class Stop:
    """What stops when no one has a function any more."""

    function: Function
    value: Callable[[], Any]
    say: Callable[[Any], str]


_stops: list[Stop] = []


def register_stop(function: Function, say: Callable[[Any], str], value: Callable[[], Any]) -> None:
    """Register what stops when no one at a partner has the function any more; called from an app's ``ready``.

    ``value`` returns an expression over the partnership (``OuterRef("pk")``), computed with the partners in one query;
    ``say`` turns its value into a sentence, or into "" if nothing stops.
    """
    if not any(stop.say is say for stop in _stops):
        _stops.append(Stop(function, value, say))


def register() -> None:
    """Register what stops in this app."""
    register_stop(Function.EDITS, _no_edits, _number_of(Service, "partnership", archived_at=None))
    register_stop(Function.EDITS, _no_decisions, _number_of(Proposal, "service__partnership", status="open"))
    open_ones = {"answered_at": None, "revoked_at": None, "expires_at__gt": Now()}
    register_stop(Function.NOTICES, _no_answers, _number_of(ConfirmationRequest, "partnership", **open_ones))


def _number_of(model: Any, path: str, **filters: Any) -> Callable[[], Any]:
    def number() -> Any:
        rows = model.objects.filter(**{path: OuterRef("pk")}, **filters).order_by().values(path)
        counted = rows.annotate(number=Count("pk")).values("number")
        return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)

    return number


def _no_edits(number: int) -> str:
    if not number:
        return _("No one at the partner can add services.")
    return ngettext(
        "No one at the partner can confirm or change its %(number)d service.",
        "No one at the partner can confirm or change its %(number)d services.",
        number,
    ) % {"number": number}


def _no_decisions(number: int) -> str:
    if not number:
        return ""
    return ngettext(
        "%(number)d proposed change stays pending.", "%(number)d proposed changes stay pending.", number
    ) % {"number": number}


def _no_answers(number: int) -> str:
    if not number:
        return ""
    return ngettext(
        "%(number)d request to confirm services gets no answer.",
        "%(number)d requests to confirm services get no answer.",
        number,
    ) % {"number": number}


# ---------------------------------------------------------------- People
@dataclass(frozen=True)
class Holder:
    """A person with a function at a partner: by an account, as a representative, or both."""

    name: str
    user_id: int | None = None
    representative_id: int | None = None
    last_here: datetime | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, int | None]:
        """The identity of the person."""
        return ("user", self.user_id) if self.user_id else ("representative", self.representative_id)


@dataclass(frozen=True)
class Alone:
    """A function of a partner that only one person has, and what stops if that person leaves."""

    partnership: Partnership
    function: Function
    holder: Holder
    stops: tuple[str, ...]

    @property
    def words(self) -> str:
        """The dependency as a sentence."""
        return ALONE[self.function] % {"person": self.holder.name}


@dataclass(frozen=True)
class Risk:
    """All functions of a partner that only one and the same person has."""

    partnership: Partnership
    holder: Holder
    alone: Sequence[Alone]

    @property
    def words(self) -> str:
        """The dependencies as one sentence."""
        if len(self.alone) == 1:
            return self.alone[0].words
        functions = join_words(VERBS[one.function] for one in self.alone)
        return _("Only %(person)s %(functions)s for this partner.") % {
            "person": self.holder.name,
            "functions": functions,
        }

    @property
    def stops(self) -> list[str]:
        """What stops if this person leaves."""
        return [sentence for one in self.alone for sentence in one.stops]

    @property
    def wants_speaker(self) -> bool:
        """Whether a second representative would help."""
        return any(one.function in (Function.SIGNS, Function.ATTENDS) for one in self.alone)

    @property
    def wants_manager(self) -> bool:
        """Whether a second person with an account would help."""
        return any(one.function in (Function.EDITS, Function.NOTICES) for one in self.alone)


# ---------------------------------------------------------------- Fetching and reading
def with_dependence(partnerships: PartnershipQuerySet) -> Any:
    """Fetch all that ``alone_of`` reads of the partners: four queries for any number of them."""
    speaking = Representative.objects.in_office().with_signing().select_related("user")
    seated = Membership.objects.current().filter(user__is_active=True).select_related("user").order_by("pk")
    computed = {f"stop_{number}": stop.value() for number, stop in enumerate(_stops)}
    return (
        partnerships.select_related("organization", "area")
        .annotate(**computed)
        .prefetch_related(
            Prefetch("representatives", speaking.order_by("pk"), to_attr="in_office"),
            Prefetch("memberships", seated, to_attr="seated"),
            Prefetch("organization__memberships", seated, to_attr="seated"),
        )
    )


def alone_of(partnership: Any, viewer: Any = None) -> list[Alone]:
    """Return the functions that only one person has. Needs with_dependence.

    ``viewer`` learns the names of representatives; of other people only if the viewer may know the partner's accounts.
    """
    found = []
    for function, people in _holders(partnership).items():
        if len(people) == 1:
            holder = people[0] if viewer is None else _as_known_to(viewer, people[0], partnership)
            found.append(Alone(partnership, function, holder, _what_stops(partnership, function)))
    return found


def risks_of(partnership: Any, viewer: Any = None) -> list[Risk]:
    """Return the dependencies by person, most functions first. Needs with_dependence."""
    by_person: dict[Any, list[Alone]] = {}
    for one in alone_of(partnership, viewer):
        by_person.setdefault((one.holder.key, one.holder.name), []).append(one)
    risks = [Risk(partnership, alone[0].holder, alone) for alone in by_person.values()]
    return sorted(risks, key=lambda risk: -len(risk.alone))


def risks_with(
    partnerships: PartnershipQuerySet, viewer: Any, *, user_id: int | None, representative_ids: Collection[int] = ()
) -> list[Risk]:
    """Return the dependencies of these partnerships on one person, as far as the viewer may know them."""
    rows = with_dependence(partnerships).order_by(Lower("organization__name"), Lower("area__name"), "pk")
    return [
        risk
        for partnership in rows
        for risk in risks_of(partnership, viewer)
        if (user_id and risk.holder.user_id == user_id) or risk.holder.representative_id in representative_ids
    ]


def _holders(partnership: Any) -> dict[Function, list[Holder]]:
    seats = [*partnership.seated, *partnership.organization.seated]
    accounts = {seat.user.email.lower(): seat.user for seat in seats}
    speaking = [(row, row.user or accounts.get(row.email.lower())) for row in partnership.in_office]
    spoken = {user.pk: row.pk for row, user in speaking if user}
    known = [_holder(row.name, user, row.pk) for row, user in speaking]
    seated = [(seat.role, _holder(str(seat.user), seat.user, spoken.get(seat.user_id))) for seat in seats]
    return {
        Function.SIGNS: _once([one for one, (row, _) in zip(known, speaking, strict=True) if row.signs_now]),
        Function.ATTENDS: _once(known),
        Function.EDITS: _once([one for role, one in seated if role == Role.MANAGER]),
        Function.NOTICES: _once([one for _, one in seated]),
    }


def _holder(name: str, user: Any, representative_id: int | None) -> Holder:
    return Holder(name, user.pk if user else None, representative_id, user.last_login if user else None)


def _once(people: Iterable[Holder]) -> list[Holder]:
    return list({person.key: person for person in people}.values())


def _as_known_to(viewer: Any, holder: Holder, partnership: Partnership) -> Holder:
    if knows_accounts(partnership, viewer) and not _is_of_the_whole(viewer, holder, partnership):
        return holder
    if holder.representative_id:
        return Holder(holder.name, holder.user_id, holder.representative_id)
    return Holder(_("one person with an account"))


def _is_of_the_whole(viewer: Any, holder: Holder, partnership: Any) -> bool:
    """Whether the holder's seat is for the whole organization, to which the viewer does not belong."""
    if holder.user_id is None or holder.user_id in {seat.user_id for seat in partnership.seated}:
        return False
    seats = seats_of(viewer)
    own = partnership.organization_id in seats.organization_ids
    return not (own or seats.everything or partnership.area.state_id in seats.state_ids)


def _what_stops(partnership: Any, function: Function) -> tuple[str, ...]:
    sentences = (
        stop.say(getattr(partnership, f"stop_{number}"))
        for number, stop in enumerate(_stops)
        if stop.function == function
    )
    return tuple(sentence for sentence in sentences if sentence)


# ---------------------------------------------------------------- A whole area
def single_persons(partnerships: PartnershipQuerySet, functions: Collection[str] = ()) -> Any:
    """Return a row for each function of each partner that only one person has, as ``function``."""
    selected = [function for function in Function if not functions or function in functions]
    cases = [Case(When(**{COUNTS[function]: 1}, then=Value(function.value))) for function in selected]
    text = models.TextField()
    found = Func(
        Func(*cases, template="ARRAY[%(expressions)s]", output_field=ArrayField(text)),
        Value(None, output_field=text),
        function="array_remove",
        output_field=ArrayField(text),
    )
    return with_dependence(partnerships.with_people()).annotate(function=_Unnest(found))


class _Unnest(Func):
    """A row for each item of a list."""

    function = "unnest"
    output_field = models.TextField()
    set_returning = True


def number_of_single_persons(partnerships: PartnershipQuerySet) -> Any:
    """Return the numbers of partners that depend on one person, and of their functions: ``alone`` and ``risks``."""
    conditions = [Q(**{name: 1}) for name in COUNTS.values()]
    each = sum((Count("pk", filter=condition) for condition in conditions), Value(0))
    some = Count("pk", filter=reduce(or_, conditions))
    return partnerships.with_people().aggregate(alone=some, risks=each)
