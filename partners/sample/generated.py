"""A generated network: areas, organizations, people, services and what the portal tells them, in bulk.

The first area is large enough to be looked at; nobody can sign in to it until an operator sets a password.
"""

import itertools
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import connection, models

from onestop.accounts.models import User
from onestop.local.generated import CannotGenerate, Size, invented_name
from onestop.notices.models import Notice
from onestop.notices.models.notice import name_of
from partners.coverage.programs import load_programs
from partners.models import (
    BoardSeat,
    BoardTerm,
    Center,
    Holiday,
    LocalArea,
    Location,
    Membership,
    Office,
    Organization,
    Partnership,
    PartnershipProgram,
    Presence,
    Program,
    ProgramDecision,
    Proposal,
    Representative,
    Role,
    Service,
    ServiceCenter,
    ServiceLocation,
    ServiceProgram,
    State,
    Tenure,
    Weekday,
)
from partners.sample.generated_words import (
    AUDIENCES,
    CENTERS,
    CODES,
    FIRST,
    GROUPS,
    KINDS,
    LANGUAGES,
    SEATS,
    SENTENCES,
    TOPICS,
)
from partners.sample.past import unrecorded
from partners.schedule.holidays import holidays_of
from partners.search import index

AREAS_OF_A_STATE = 12
BATCH = 2000
AREAS_AT_ONCE = 20
BOARD_MEMBERS = 8
AGE = 300  # days since all of it was written
NOON = time(12)
UNUSABLE = make_password(None)


def generate(size: Size, *, today: date) -> dict[str, int]:
    """Generate the network; return the numbers of rows by what they are.

    :raises CannotGenerate: if there is one already.
    """
    if State.objects.filter(code=CODES[0]).exists():
        raise CannotGenerate("A generated network is in this database already. Use an empty database.")
    load_programs()
    last = {model: model.objects.aggregate(pk=models.Max("pk"))["pk"] or 0 for model in _tracked()}
    made: Counter[str] = Counter()
    _list_services("later")
    with unrecorded():
        states = _states(size)
        for start in range(0, size.areas, AREAS_AT_ONCE):
            numbers = range(start, min(start + AREAS_AT_ONCE, size.areas))
            made += _Areas(size, numbers, states, today).write()
    for model, pk in last.items():
        record_inserts(model, since=pk, at=datetime.combine(today - timedelta(days=AGE), NOON, UTC))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    _list_services("")
    index.rebuild()
    return dict(made)


def _list_services(mode: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('onestop.listings', %s, true)", [mode])


def _states(size: Size) -> list[State]:
    number = -(-size.areas // AREAS_OF_A_STATE)
    names = [invented_name(size.dice("state", n)) for n in range(number)]
    return State.objects.bulk_create(
        State(code=code, name=f"{name} {code}", agency_name=f"{name} Department of Labor")
        for code, name in zip(CODES, names, strict=False)
    )


class _Areas:
    """Some areas with all that belongs to them; each is made of its own dice."""

    def __init__(self, size: Size, numbers: Sequence[int], states: Sequence[State], today: date) -> None:
        self.size, self.numbers, self.today = size, numbers, today
        self.dice = {number: size.dice("area", number) for number in numbers}
        self.programs = list(Program.objects.order_by("position"))
        self.holidays = holidays_of("", (today.year, today.year + 1))
        self.areas = {number: self._area(number, states[number // AREAS_OF_A_STATE]) for number in numbers}
        self.made: Counter[str] = Counter()

    def write(self) -> Counter[str]:
        """Write everything; return the numbers of rows by what they are."""
        self._keep("areas", self.areas.values())
        centers = {number: self._centers(number) for number in self.numbers}
        self._keep("centers", _all(centers))
        organizations = {number: self._organizations(number) for number in self.numbers}
        self._keep("organizations", _all(organizations))
        partners = {number: self._partners(number, organizations[number]) for number in self.numbers}
        self._keep("partners", _all(partners))
        locations = {number: self._locations(number, organizations[number]) for number in self.numbers}
        self._keep("locations", _all(locations))
        self._keep("programs of partners", self._each(self._links, partners))
        self._keep("hours on site", self._each(self._presences, partners, centers))
        self._keep("decisions", self._each(self._decisions))
        self._keep("holidays", self._each(self._holidays))
        seats = {number: self._board_seats(number) for number in self.numbers}
        self._keep("board seats", _all(seats))
        self._keep("terms on boards", self._each(self._board_terms, seats))
        offices = {number: self._offices(number) for number in self.numbers}
        self._keep("offices", _all(offices))
        self._keep("holders of offices", self._each(self._tenures, offices))
        self._people(partners)
        services = {number: self._services(number, partners[number]) for number in self.numbers}
        self._keep("services", _all(services))
        self._keep("programs of services", self._each(self._service_programs, services))
        self._keep("services in centers", self._each(self._service_centers, services, centers))
        self._keep("services at locations", self._each(self._service_locations, services, locations))
        self._keep("proposals", self._each(self._proposals, services))
        return self.made

    def _keep(self, what: str, rows: Iterable[models.Model]) -> None:
        """Write rows in bulk, and count them."""
        kept = list(rows)
        if kept:
            type(kept[0])._default_manager.bulk_create(kept, batch_size=BATCH)
        self.made[what] += len(kept)

    def _each(self, make: Any, *of: dict[int, Any]) -> Iterator[Any]:
        """Yield what is made for each area, of what is known of it."""
        for number in self.numbers:
            yield from make(number, *(known[number] for known in of))

    # ------------------------------------------------------------ Places and partners
    def _area(self, number: int, state: State) -> LocalArea:
        name = f"{invented_name(self.dice[number])} {number + 1}"
        return LocalArea(state=state, name=name, slug=f"area-{number + 1}", board_name=f"{name} Workforce Board")

    def _centers(self, number: int) -> list[Center]:
        area, dice = self.areas[number], self.dice[number]
        return [
            Center(
                area=area,
                kind=kind,
                name=f"{invented_name(dice)} {called}",
                street=f"{dice.randrange(1, 900)} Main Street",
                city=invented_name(dice),
                state_code=area.state.code,
                postal_code=f"{dice.randrange(1000, 99999):05d}",
                phone=_phone(dice),
                hours="Monday to Friday, 8 AM to 5 PM",
                certified_on=self._ago(dice, 1200),
                accessibility_reviewed_on=self._ago(dice, 500),
            )
            for kind, called in CENTERS.items()
        ]

    def _holidays(self, number: int) -> Iterator[Holiday]:
        for day, name in self.holidays.items():
            yield Holiday(area=self.areas[number], day=day, name=name)

    def _board_seats(self, number: int) -> list[BoardSeat]:
        return [BoardSeat(area=self.areas[number], category=category) for category in SEATS]

    def _board_terms(self, number: int, seats: list[BoardSeat]) -> Iterator[BoardTerm]:
        """Yield two terms in each seat; the last of some has ended."""
        dice = self.dice[number]
        for seat in seats:
            for days, lasts in (
                (1460 - dice.randrange(100), 600),
                (730 - dice.randrange(300), dice.randrange(500, 900)),
            ):
                first = self.today - timedelta(days=days)
                yield BoardTerm(
                    seat=seat, name=invented_name(dice), from_on=first, until_on=first + timedelta(days=lasts)
                )

    def _offices(self, number: int) -> list[Office]:
        kinds = (Office.Kind.CHAIR, Office.Kind.CHIEF_ELECTED, Office.Kind.OPERATOR)
        return [Office(area=self.areas[number], kind=kind, title=str(kind.label)) for kind in kinds]

    def _tenures(self, number: int, offices: list[Office]) -> Iterator[Tenure]:
        for office in offices:
            yield Tenure(office=office, name=invented_name(self.dice[number]), from_on=self.today - timedelta(days=AGE))

    def _organizations(self, number: int) -> list[Organization]:
        dice, domain = self.dice[number], f"area-{number + 1}.example"
        return [
            Organization(
                state=self.areas[number].state,
                name=f"{invented_name(dice)} {KINDS[n % len(KINDS)]} {number + 1}.{n + 1}",
                kind=dice.choice(Organization.Kind.values),
                phone=_phone(dice),
                email=f"office-{n + 1}@{domain}",
            )
            for n in range(self.size.partners)
        ]

    def _partners(self, number: int, organizations: list[Organization]) -> list[Partnership]:
        dice, statuses = self.dice[number], ("active",) * 18 + ("prospective", "paused")
        return [
            Partnership(
                area=self.areas[number],
                organization=organization,
                status=statuses[n % len(statuses)],
                since=self._ago(dice, 2000),
                commitment=dice.choice(Partnership.Commitment.values),
            )
            for n, organization in enumerate(organizations)
        ]

    def _locations(self, number: int, organizations: list[Organization]) -> list[Location]:
        dice = self.dice[number]
        return [
            Location(
                organization=organization,
                name="Main office",
                street=f"{dice.randrange(1, 900)} Oak Avenue",
                city=invented_name(dice),
                state_code=self.areas[number].state.code,
                postal_code=f"{dice.randrange(1000, 99999):05d}",
            )
            for organization in organizations
        ]

    def _links(self, number: int, partners: list[Partnership]) -> Iterator[PartnershipProgram]:
        for n, partner in enumerate(partners):
            if n % 5 != 4:  # each fifth is an additional partner, or carries out no program yet
                yield PartnershipProgram(partnership=partner, program=self.programs[n % len(self.programs)])

    def _presences(self, number: int, partners: list[Partnership], centers: list[Center]) -> Iterator[Presence]:
        dice = self.dice[number]
        for partner in partners:
            for weekday in sorted(dice.sample(range(Weekday.MONDAY, Weekday.SATURDAY), 2)):
                begins = dice.randrange(8, 13)
                yield Presence(
                    partnership=partner,
                    center=dice.choice(centers),
                    weekday=weekday,
                    starts_at=time(begins),
                    ends_at=time(begins + 3),
                )

    def _decisions(self, number: int) -> Iterator[ProgramDecision]:
        required = [program for program in self.programs if program.is_required]
        yield ProgramDecision(
            area=self.areas[number],
            program=self.dice[number].choice(required),
            kind="not_carried_out",
            decided_on=self._ago(self.dice[number], 300),
            decided_by="The board",
            reason="No agency receives its funds here.",
            source="Minutes of the board",
        )

    # ------------------------------------------------------------ People
    def _people(self, partners: dict[int, list[Partnership]]) -> None:
        """Write staff, board members, managers and representatives, and what the portal has told them."""
        seats = [*self._each(self._seats, partners)]
        self._keep("accounts", [seat.user for seat in seats])
        self._keep("seats", seats)
        managers = {seat.partnership_id: seat.user for seat in seats if seat.partnership_id}
        self._keep("representatives", self._each(lambda n, own: self._speakers(n, own, managers), partners))
        told = (seat for seat in seats if seat.role in (Role.STAFF, Role.MANAGER))
        self._keep("notices", (notice for seat in told for notice in self._notices(seat)))

    def _seats(self, number: int, partners: list[Partnership]) -> Iterator[Membership]:
        area, dice = self.areas[number], self.dice[number]
        places: list[tuple[Role, dict[str, Any]]] = [(Role.STAFF, {"area": area})] * 2
        places += [(Role.BOARD, {"area": area})] * BOARD_MEMBERS
        places += [(Role.MANAGER, {"partnership": partner}) for partner in partners]
        for n, (role, place) in enumerate(places):
            name = f"{dice.choice(FIRST)} {invented_name(dice)}"
            email = f"{role}-{n + 1}@{area.slug}.example"
            yield Membership(role=role, user=User(name=name, email=email, password=UNUSABLE), **place)

    def _speakers(
        self, number: int, partners: list[Partnership], managers: dict[int, User]
    ) -> Iterator[Representative]:
        dice, domain = self.dice[number], f"{self.areas[number].slug}.example"
        for n, partner in enumerate(partners):
            user = managers[partner.pk]
            yield Representative(
                partnership=partner, user=user, name=user.name, email=user.email, phone=_phone(dice), is_signatory=True
            )
            if dice.random() < 0.6:
                name = f"{dice.choice(FIRST)} {invented_name(dice)}"
                yield Representative(
                    partnership=partner, name=name, email=f"alternate-{n + 1}@{domain}", kind="alternate"
                )

    def _notices(self, seat: Membership) -> Iterator[Notice]:
        area = seat.area or seat.partnership.area  # type: ignore[union-attr]  # of one of the two
        for days in (3, 20, 60):
            at = datetime.combine(self.today - timedelta(days=days), NOON, UTC)
            key = f"generated:{seat.pk}:{days}"
            yield Notice(
                dedupe_key=key,
                message_id=Notice.message_id_for(key, "portal@example.org"),
                kind="partners.confirm_services",
                recipient=seat.user,
                to=seat.user.email,
                scope=name_of(area),
                why="You manage services.",
                sender="portal@example.org",
                subject=f"Confirm your services, {days} days ago",
                text="Are they still right?\n",
                in_inbox=True,
                status=Notice.Status.SENT,
                written_at=at,
                due_at=at,
                sent_at=at,
                read_at=at if days > 10 else None,
            )

    # ------------------------------------------------------------ Services
    def _services(self, number: int, partners: list[Partnership]) -> list[Service]:
        dice = self.dice[number]
        return [self._service(dice, partners[n % len(partners)]) for n in range(self.size.services)]

    def _service(self, dice: random.Random, partner: Partnership) -> Service:
        own = [invented_name(dice) for _ in range(4)]
        languages = dice.choices(LANGUAGES, weights=[60, 2, 5, 5])
        return Service(
            partnership=partner,
            name=f"{dice.choice(TOPICS)} {own[0]}",
            description=" ".join([*dice.sample(SENTENCES, 4), *own]),
            kind=dice.choice(Service.Kind.values),
            audience=dice.choice(AUDIENCES),
            groups=dice.sample(GROUPS, 2),
            eligibility="Anyone who lives in the county and looks for a job.",
            how_to_get_in="Call the office, or come in the morning.",
            cost=dice.choice(["Free", "Free", "$20", ""]),
            languages=["English", *languages],
            modes=dice.sample(Service.Mode.values, 2),
            accommodations=dice.sample(Service.Accommodation.values, 2),
            keywords=own[1:3],
            is_public=dice.random() < 0.9,
            verified_on=None if dice.random() < 0.05 else self._ago(dice, 260),
        )

    def _service_programs(self, number: int, services: list[Service]) -> Iterator[ServiceProgram]:
        for service in services:
            yield ServiceProgram(service=service, program=self.dice[number].choice(self.programs))

    def _service_centers(self, number: int, services: list[Service], centers: list[Center]) -> Iterator[ServiceCenter]:
        for service in services[::2]:
            yield ServiceCenter(service=service, center=self.dice[number].choice(centers))

    def _service_locations(
        self, number: int, services: list[Service], locations: list[Location]
    ) -> Iterator[ServiceLocation]:
        own = {location.organization_id: location for location in locations}
        for service in services[1::2]:
            yield ServiceLocation(service=service, location=own[service.partnership.organization_id])

    def _proposals(self, number: int, services: list[Service]) -> Iterator[Proposal]:
        at = datetime.combine(self.today - timedelta(days=5), NOON, UTC)
        for service in services[::100]:
            yield Proposal(
                service=service,
                is_report=True,
                before={"cost": service.cost},
                after={"cost": "$5"},
                note="I paid that last week.",
                proposer_name="A visitor",
                proposed_at=at,
            )

    def _ago(self, dice: random.Random, days: int) -> date:
        """Return a day of the last so many."""
        return self.today - timedelta(days=dice.randrange(days))


def _all(rows: dict[int, Any]) -> Iterator[Any]:
    return itertools.chain.from_iterable(rows.values())


def _phone(dice: random.Random) -> str:
    return f"(555) 010-{dice.randrange(10_000):04d}"


# ---------------------------------------------------------------- History
def _tracked() -> list[Any]:
    return [model for model in apps.get_app_config("partners").get_models() if hasattr(model, "pgh_event_model")]


def insert(rows: list[Any]) -> list[Any]:
    """Insert new rows of one model in batches, and return them."""
    if rows:
        type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)
    return rows


def record_inserts(model: Any, *, since: int, at: datetime) -> None:
    """Write the event that each new row of a table was inserted, as its trigger would have; one statement."""
    event = model.pgh_event_model
    quote = connection.ops.quote_name
    columns = [column.column for column in event._meta.concrete_fields if not column.name.startswith("pgh_")]
    named = ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(event._meta.db_table)} (pgh_created_at, pgh_label, pgh_obj_id, {named})"  # noqa: S608  # no translation: SQL
            f" SELECT %s, 'insert', id, {named} FROM {quote(model._meta.db_table)} WHERE id > %s",
            [at, since],
        )
