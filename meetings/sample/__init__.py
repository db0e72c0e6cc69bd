"""Meetings of the sample area: a board, committees, a partner team and councils, two years behind and a year ahead."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from meetings.models import Group
from meetings.sample import (
    actions,
    agendas,
    answers,
    board_page,
    groups,
    minutes,
    motions,
    plans,
    projects,
    questions,
    records,
    series,
    shared_values,
    trainings,
)
from meetings.sample.told import Told, gather
from partners.sample.area_story import begin_story, sample_area
from partners.sample.past import unrecorded


@transaction.atomic
def load(*, today: date) -> bool:
    """Load the meetings of the sample, unless there are any; return whether they were loaded."""
    area = sample_area()
    if area is None or Group.objects.filter(area=area).exists():
        return False
    story = begin_story(area, today=today)
    with unrecorded():
        made = groups.load(story)
        planned = series.load(story, made)
        answers.load(story, planned)
        _load_what_was_recorded(gather(story, planned))
        projects.load(story)
    story.past.write()
    return True


def _load_what_was_recorded(told: Sequence[Told]) -> None:
    records.load(told)
    agendas.load(told)
    records.load_notes(told)
    moved, decided = motions.move_all(told), motions.decide_all(told)
    motions.keep(moved, decided)
    people = actions.People(told[0].story, told)
    actions.load(told, people)
    drafted = minutes.draft_all(told, moved, decided)
    motions.approve(moved, drafted)
    minutes.settle(drafted, moved)
    board_page.load(told[0])
    trainings.load(next(each for each in told if each.series.kind == "training"), people)
    questions.load(told, people)
    shared_values.load(told, people, plans.load(told, people))
