"""Which partner has taught about which program and topic, and when; who never taught, and what was never taught."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from meetings.models import Meeting, Training
from meetings.trainings.recording import day_of
from partners.models import LocalArea, Partnership, PartnershipProgram, Program


@dataclass(frozen=True)
class Taught:
    """The last time that something was taught: the day, and the training."""

    on: date
    training: Training

    @property
    def url(self) -> str:
        """The page of the training."""
        return self.training.get_absolute_url()


@dataclass(frozen=True)
class PartnerRow:
    """A partner, and when it last taught about each program, in the order of the columns."""

    partnership: Partnership
    cells: Sequence[tuple[Program, Taught | None]]
    last: Taught | None


@dataclass(frozen=True)
class TopicRow:
    """A topic, when it was taught last, how often, and by whom."""

    topic: str
    last: Taught
    times: int
    teachers: Sequence[str]


@dataclass(frozen=True)
class TaughtMatrix:
    """Partners by programs, with the last day of each; and the topics."""

    programs: Sequence[Program]
    rows: Sequence[PartnerRow]
    by_anyone: Sequence[tuple[Program, Taught | None]]
    topics: Sequence[TopicRow]

    @property
    def never_taught(self) -> list[Partnership]:
        """Partners that have not taught anything yet."""
        return [row.partnership for row in self.rows if row.last is None]

    @property
    def not_covered(self) -> list[Program]:
        """Programs about which nobody has taught yet."""
        return [program for program, taught in self.by_anyone if taught is None]


def matrix_of(area: LocalArea, *, user: Any, at: datetime) -> TaughtMatrix:
    """Return what was taught in an area, of the trainings that a person may see; five queries.

    The programs are those that partners of the area carry out, and those about which somebody taught.
    """
    partners = list(
        Partnership.objects.active().filter(area=area).select_related("organization").order_by(
            "organization__name", "pk"
        )
    )  # fmt: skip
    trainings = _trainings(area, user, at)
    carried = set(
        PartnershipProgram.objects.filter(partnership__in=partners).order_by().values_list("program", flat=True)
    )
    about = {program.pk for training in trainings for program in training.programs.all()}
    programs = list(Program.objects.filter(pk__in=carried | about).order_by("position"))
    by_pair: dict[tuple[int, int], Taught] = {}
    by_program: dict[int, Taught] = {}
    by_partner: dict[int, Taught] = {}
    for training in trainings:  # the oldest one first: the last one stays
        taught = Taught(day_of(training), training)
        for program in training.programs.all():
            by_program[program.pk] = taught
        for partner in training.teachers.all():
            by_partner[partner.pk] = taught
            for program in training.programs.all():
                by_pair[partner.pk, program.pk] = taught
    rows = [
        PartnerRow(
            partner,
            [(program, by_pair.get((partner.pk, program.pk))) for program in programs],
            by_partner.get(partner.pk),
        )
        for partner in partners
    ]
    return TaughtMatrix(
        programs, rows, [(program, by_program.get(program.pk)) for program in programs], list(_topics(trainings))
    )


def _trainings(area: LocalArea, user: Any, at: datetime) -> list[Training]:
    rows = Training.objects.visible_to(user).of(area).taken_place(at).select_related("meeting__series")
    named = Prefetch("teachers", Partnership.objects.select_related("organization").order_by("organization__name"))
    return list(rows.prefetch_related("programs", named).order_by("meeting__starts_at", "pk"))


def _topics(trainings: Sequence[Training]) -> Iterator[TopicRow]:
    by_topic: dict[str, list[Training]] = defaultdict(list)
    for training in trainings:
        by_topic[" ".join(training.topic.split()).casefold()].append(training)
    for found in sorted(by_topic.values(), key=lambda each: each[-1].meeting.starts_at, reverse=True):
        teachers: dict[str, None] = {}
        for training in reversed(found):
            teachers |= dict.fromkeys(teachers_of(training))
        yield TopicRow(found[-1].topic, Taught(day_of(found[-1]), found[-1]), len(found), list(teachers))


def teachers_of(training: Training) -> list[str]:
    """Return who teaches, in words: partners, and the person by name. Needs the teachers with their organizations."""
    names = [partner.organization.name for partner in training.teachers.all()]
    return [*names, training.teacher_name] if training.teacher_name else names


def is_training(meeting: Meeting) -> bool:
    """Return whether a meeting is a training. Needs the series."""
    return meeting.series.kind == meeting.series.Kind.TRAINING


# ---------------------------------------------------------------- Export
def export_matrix(matrix: TaughtMatrix) -> tuple[list[str], Iterator[list[Any]]]:
    """Return the header and the rows of partners by programs."""
    header = [_("Partner"), *(program.short_name for program in matrix.programs), _("Last taught")]
    return header, _matrix_rows(matrix)


def _matrix_rows(matrix: TaughtMatrix) -> Iterator[list[Any]]:
    for row in matrix.rows:
        days = [taught.on if taught else None for _program, taught in row.cells]
        yield [row.partnership.organization.name, *days, row.last.on if row.last else None]
    yield [_("Anyone"), *(taught.on if taught else None for _program, taught in matrix.by_anyone), None]


def export_topics(matrix: TaughtMatrix) -> tuple[list[str], Iterator[list[Any]]]:
    """Return the header and the rows of topics."""
    header = [_("Topic"), _("Last taught"), _("Times"), _("Taught by")]
    return header, ([row.topic, row.last.on, row.times, "; ".join(row.teachers)] for row in matrix.topics)
