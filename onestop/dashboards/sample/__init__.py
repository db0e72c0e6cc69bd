"""Dashboards of the sample area: what its board took on, the figures of two years, a packet of its last meeting."""

from datetime import date

from django.db import transaction

from onestop.dashboards.models import Opportunity
from onestop.dashboards.sample import engagement_of_board, issued_packet, two_years
from partners.sample.area_story import begin_story, sample_area
from partners.sample.past import unrecorded


@transaction.atomic
def load(*, today: date) -> bool:
    """Load the dashboards of the sample, unless there are any; return whether they were loaded."""
    area = sample_area()
    if area is None or Opportunity.objects.filter(area=area).exists():
        return False
    story = begin_story(area, today=today)
    with unrecorded():
        engagement_of_board.load(story)
    story.past.write()
    two_years.load(story)
    with unrecorded():
        issued_packet.load(begin_story(area, today=today))
    return True
