"""The partner network of an invented state, for the demo: two local areas, their partners, people and services.

The data is in TOML files in this folder, one for each partner; days in them count back from the day on which the sample
is loaded. Random values are derived from names, so that every load on the same day creates the same network.
"""

from datetime import date

from django.db import transaction

from partners.coverage.programs import load_programs
from partners.models import State
from partners.sample import (
    boards,
    calendars,
    coverage,
    manuals,
    network,
    notices,
    offers,
    on_site,
    past,
    people,
    reminders,
    spanish,
    state,
    told,
    upkeep,
    words,
)
from partners.sample.story import Story

AREAS = ("riverbend", "lower_tanager_valley")


@transaction.atomic
def load(*, today: date) -> bool:
    """Load the network as of a day, unless it exists already; return whether it was loaded.

    :raises state.NameTaken: if the invented state's code belongs to another state.
    """
    story = Story(today)
    if State.objects.filter(code=story.state_facts["code"]).exists():
        state.demand_own(story)
        return False
    load_programs()
    with past.unrecorded():
        state.load(story)
        for folder in AREAS:
            network.load_area(story, folder)
        people.load_staff_and_board(story)
        network.load_partners(story)
        offers.load(story)
        spanish.load(story)
        words.load(story)
        on_site.load(story)
        coverage.load(story)
        people.load_invitations(story)
        boards.load(story)
        calendars.load(story)
        upkeep.load(story)
        told.load(story)
        reminders.load(story)
    story.past.write()
    manuals.load(story)
    notices.load(story)
    return True
