"""Projects with their partners and counts, and compared by how they are carried out and how close partners work."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from meetings.models import Project
from meetings.models.projects import ProjectCount, ProjectOutcome, ProjectPartner
from onestop.ui.charts import BarChart, LineChart, Series
from onestop.ui.presentation import shortday
from partners.models import Partnership

ICONS = {"planned": "calendar3", "running": "play-circle", "done": "check-circle-fill", "stopped": "stop-circle"}
KINDS = {"planned": "rest", "running": "way", "done": "good", "stopped": "rest"}


def with_parts(rows: QuerySet[Project]) -> QuerySet[Project]:
    """Fetch projects with their lead, goal, partners, and outcomes with counts; four queries for any number."""
    links = ProjectPartner.objects.select_related("partnership__organization")
    links = links.order_by(Lower("partnership__organization__name"), "pk")
    outcomes = ProjectOutcome.objects.current().order_by("position", "pk")
    counts = ProjectCount.objects.order_by("as_of", "pk")
    return rows.select_related("area", "lead__organization", "goal").prefetch_related(
        Prefetch("partner_links", links, to_attr="partners"),
        Prefetch("outcomes", outcomes.prefetch_related(Prefetch("counts", counts, to_attr="known")), to_attr="counted"),
    )


@dataclass(frozen=True)
class Counted:
    """One outcome of a project with its counts, the oldest first."""

    outcome: ProjectOutcome
    counts: Sequence[ProjectCount]

    @property
    def last(self) -> ProjectCount | None:
        """The newest count."""
        return self.counts[-1] if self.counts else None

    @property
    def is_reached(self) -> bool:
        """Whether the newest count is at the target."""
        return bool(self.last and self.outcome.target and self.last.number >= self.outcome.target)

    @property
    def words(self) -> str:
        """The newest count in words: "12 of 40", "12", or that nothing was counted."""
        if self.last is None:
            return _("not counted yet")
        if self.outcome.target is None:
            return str(self.last.number)
        return _("%(number)d of %(target)d") % {"number": self.last.number, "target": self.outcome.target}

    @cached_property
    def chart(self) -> LineChart | None:
        """The counts as a line with their target; of one count there is none."""
        if len(self.counts) < 2:
            return None
        series = [Series(_("Counted"), [float(count.number) for count in self.counts])]
        if self.outcome.target is not None:
            series.append(Series(_("Target"), [float(self.outcome.target)] * len(self.counts), kind="target"))
        return LineChart(
            title=self.outcome.name,
            say=_("%(name)s: %(words)s as of %(day)s.")
            % {"name": self.outcome.name, "words": self.words, "day": shortday(self.counts[-1].as_of)},
            labels=[shortday(count.as_of) for count in self.counts],
            series=series,
            of=_("As of"),
            begins_at_zero=True,
        )


def counted_of(project: Any) -> list[Counted]:
    """Return the outcomes of a project. Needs with_parts."""
    return [Counted(outcome, outcome.known) for outcome in project.counted]


# ---------------------------------------------------------------- Compared
@dataclass(frozen=True)
class FrameworkRow:
    """The projects that are carried out in one way: how many, how they stand, how close partners work, what came."""

    framework: str
    label: str | Promise
    projects: Sequence[Any]

    @cached_property
    def statuses(self) -> Counter[str]:
        """How many there are by status."""
        return Counter(project.status for project in self.projects)

    @property
    def running(self) -> int:
        """How many are running."""
        return self.statuses[Project.Status.RUNNING]

    @property
    def done(self) -> int:
        """How many are done."""
        return self.statuses[Project.Status.DONE]

    @property
    def stopped(self) -> int:
        """How many were stopped."""
        return self.statuses[Project.Status.STOPPED]

    @cached_property
    def commitments(self) -> Counter[str]:
        """How many partners take part, by commitment; one that takes part in two projects counts twice."""
        return Counter(link.commitment for project in self.projects for link in project.partners)

    @property
    def cells(self) -> list[int]:
        """The numbers of partners, in the order of the commitments."""
        return [self.commitments[code] for code in Partnership.Commitment.values]

    @cached_property
    def outcomes(self) -> list[Counted]:
        """All outcomes with a target."""
        found = [each for project in self.projects for each in counted_of(project)]
        return [each for each in found if each.outcome.target]

    @property
    def lines(self) -> list[tuple[Any, list[Counted]]]:
        """Each project with what it counts."""
        return [(project, counted_of(project)) for project in self.projects]

    @property
    def reached(self) -> int:
        """How many outcomes are at their target."""
        return sum(each.is_reached for each in self.outcomes)


def compare(projects: Sequence[Any]) -> list[FrameworkRow]:
    """Return the projects by framework, all three. Needs with_parts."""
    return [
        FrameworkRow(code, label, [project for project in projects if project.framework == code])
        for code, label in Project.Framework.choices
    ]


def comparison_chart(rows: Sequence[FrameworkRow]) -> BarChart:
    """Return how many partners take part by commitment, a series for each framework."""
    return BarChart(
        title=_("Partners by commitment"),
        say=_("How closely partners take part in the projects of each kind."),
        labels=list(Partnership.Commitment.labels),
        series=[Series(row.label, [float(number) for number in row.cells]) for row in rows],
        of=_("Commitment"),
    )


def is_late(project: Project, today: date) -> bool:
    """Whether a project should be over, and nobody has said that it is."""
    open_ones = (Project.Status.PLANNED, Project.Status.RUNNING)
    return project.status in open_ones and project.last_on is not None and project.last_on < today
