"""What of a partner rests on one person alone, by function; and what stops if that person leaves.

Four functions: signing, attending (speaking for the partner), editing, receiving notices. Who is only invited, or whose
account is switched off, does not count; a manager of a whole organization edits in all its areas. Floors above say
what else stops with a person (``register_stop``), each by one expression of the query that fetches the partners.
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
from django.db.models.functions import Coalesce, Lower
from django.utils.text import capfirst

from partners.models import Membership, Partnership, Proposal, Representative, Role, Service
from partners.models.partnerships import PartnershipQuerySet
from partners.people.roster import knows_accounts
from partners.seats import seats_of


class Function(models.TextChoices):
    """What somebody does for a partner."""

    SIGNS = "signs", "Signs agreements"
    ATTENDS = "attends", "Attends and answers"
    EDITS = "edits", "Keeps the services"
    NOTICES = "notices", "Receives notices"


# How many people do each, as with_people counts them.
COUNTS = {
    Function.SIGNS: "signatories",
    Function.ATTENDS: "speakers",
    Function.EDITS: "editors",
    Function.NOTICES: "readers",
}
ALONE = {
    Function.SIGNS: "Only {} can sign for them.",
    Function.ATTENDS: "Only {} speaks for them.",
    Function.EDITS: "Only {} keeps their services right.",
    Function.NOTICES: "Only {} receives what the portal sends them.",
}
VERBS = {
    Function.SIGNS: "signs",
    Function.ATTENDS: "attends",
    Function.EDITS: "edits",
    Function.NOTICES: "receives notices",
}


# ---------------------------------------------------------------- What stops
@dataclass(frozen=True)
class Stop:
    """One kind of thing that stops when nobody does a function any more."""

    function: Function
    value: Callable[[], Any] | None
    say: Callable[[Any], str]


_stops: list[Stop] = []


def register_stop(function: Function, say: Callable[[Any], str], value: Callable[[], Any] | None = None) -> None:
    """Say what stops when nobody of a partner does this any more; called from an app's ``ready``.

    ``value`` returns an expression over the partnership (``OuterRef("pk")``), computed with the partners in one query;
    ``say`` turns what it gives into the rest of a sentence ("agreements wait"), or into "" where nothing stops.
    """
    if not any(stop.say is say for stop in _stops):
        _stops.append(Stop(function, value, say))


def register() -> None:
    """Say what stops on this floor."""
    register_stop(Function.SIGNS, _agreements_wait)
    register_stop(Function.ATTENDS, _nobody_answers)
    register_stop(Function.EDITS, _services_stand_still, _number_of(Service, "partnership", archived_at=None))
    register_stop(Function.EDITS, _proposals_wait, _number_of(Proposal, "service__partnership", status="open"))
    register_stop(Function.NOTICES, _mail_is_lost)


def _number_of(model: Any, path: str, **filters: Any) -> Callable[[], Any]:
    def number() -> Any:
        rows = model.objects.filter(**{path: OuterRef("pk")}, **filters).order_by().values(path)
        counted = rows.annotate(number=Count("pk")).values("number")
        return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)

    return number


def _agreements_wait(_: Any) -> str:
    return "agreements wait for a signature"


def _nobody_answers(_: Any) -> str:
    return "nobody comes to meetings for them or answers questions"


def _services_stand_still(number: int) -> str:
    if not number:
        return "nobody of theirs can add a service"
    what = "their service" if number == 1 else f"their {number} services"
    return f"nobody of theirs can confirm or change {what}"


def _proposals_wait(number: int) -> str:
    if not number:
        return ""
    return "a proposed change waits" if number == 1 else f"{number} proposed changes wait"


def _mail_is_lost(_: Any) -> str:
    return "what the portal sends them reaches nobody"


# ---------------------------------------------------------------- Who
@dataclass(frozen=True)
class Holder:
    """A person who does something for a partner: by an account, by speaking for it, or both."""

    name: str
    user_id: int | None = None
    representative_id: int | None = None
    last_here: datetime | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, int | None]:
        """What makes two of them the same person."""
        return ("user", self.user_id) if self.user_id else ("representative", self.representative_id)


@dataclass(frozen=True)
class Alone:
    """A function of a partner that one person alone has, and what stops if that person leaves."""

    partnership: Partnership
    function: Function
    holder: Holder
    stops: tuple[str, ...]

    @property
    def words(self) -> str:
        """The risk as a sentence."""
        return ALONE[self.function].format(self.holder.name)


@dataclass(frozen=True)
class Risk:
    """All that rests on one and the same person of a partner."""

    partnership: Partnership
    holder: Holder
    alone: Sequence[Alone]

    @property
    def words(self) -> str:
        """The risk as one sentence."""
        if len(self.alone) == 1:
            return self.alone[0].words
        if len(self.alone) == len(Function):
            return f"One person does all four: {self.holder.name} signs, attends, edits and receives notices."
        verbs = [VERBS[one.function] for one in self.alone]
        return capfirst(f"{self.holder.name} alone {', '.join(verbs[:-1])} and {verbs[-1]} for them.")

    @property
    def stops(self) -> list[str]:
        """What stops if this person leaves."""
        return [words for one in self.alone for words in one.stops]

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
    """Fetch with partners all that ``alone_of`` reads: four queries whatever their number."""
    speaking = Representative.objects.in_office().with_signing().select_related("user")
    seated = Membership.objects.current().filter(user__is_active=True).select_related("user").order_by("pk")
    computed = {f"stop_{number}": stop.value() for number, stop in enumerate(_stops) if stop.value}
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
    """Return what rests on one person alone. Needs with_dependence.

    ``viewer`` is told the names of those who speak for the partner; of others only if they may know its accounts.
    """
    found = []
    for function, people in _holders(partnership).items():
        if len(people) == 1:
            holder = people[0] if viewer is None else _as_known_to(viewer, people[0], partnership)
            found.append(Alone(partnership, function, holder, _what_stops(partnership, function)))
    return found


def risks_of(partnership: Any, viewer: Any = None) -> list[Risk]:
    """Return what rests on one person alone, by person, the heaviest first. Needs with_dependence."""
    by_person: dict[Any, list[Alone]] = {}
    for one in alone_of(partnership, viewer):
        by_person.setdefault((one.holder.key, one.holder.name), []).append(one)
    risks = [Risk(partnership, alone[0].holder, alone) for alone in by_person.values()]
    return sorted(risks, key=lambda risk: -len(risk.alone))


def risks_with(
    partnerships: PartnershipQuerySet, viewer: Any, *, user_id: int | None, representative_ids: Collection[int] = ()
) -> list[Risk]:
    """Return what stops in these partnerships if one person leaves, as far as the viewer may know it."""
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
    return Holder("one person with an account")


def _is_of_the_whole(viewer: Any, holder: Holder, partnership: Any) -> bool:
    """Whether the viewer does not see the holder's seat: it is for the whole organization, which is not theirs."""
    if holder.user_id is None or holder.user_id in {seat.user_id for seat in partnership.seated}:
        return False
    seats = seats_of(viewer)
    own = partnership.organization_id in seats.organization_ids
    return not (own or seats.everything or partnership.area.state_id in seats.state_ids)


def _what_stops(partnership: Any, function: Function) -> tuple[str, ...]:
    said = (
        stop.say(getattr(partnership, f"stop_{number}", None))
        for number, stop in enumerate(_stops)
        if stop.function == function
    )
    return tuple(words for words in said if words)


# ---------------------------------------------------------------- Of a whole area
def single_persons(partnerships: PartnershipQuerySet, functions: Collection[str] = ()) -> Any:
    """Return a row for each function of each partner that one person alone has, as ``function``."""
    asked = [function for function in Function if not functions or function in functions]
    cases = [Case(When(**{COUNTS[function]: 1}, then=Value(function.value))) for function in asked]
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
    """Return expressions that count partners resting on one person, and their functions: ``alone`` and ``risks``."""
    conditions = [Q(**{name: 1}) for name in COUNTS.values()]
    each = sum((Count("pk", filter=condition) for condition in conditions), Value(0))
    some = Count("pk", filter=reduce(or_, conditions))
    return partnerships.with_people().aggregate(alone=some, risks=each)
