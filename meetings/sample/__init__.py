"""Meetings of the sample area: a board, committees, a partner team and councils, two years behind and a year ahead."""

from datetime import date

from django.db import transaction

from meetings.models import Group
from meetings.sample import answers, groups, questions, series
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
        questions.load(story, made)
    story.past.write()
    return True
