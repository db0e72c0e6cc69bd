"""The invented state and its administrators."""

from onestop.local.sample import CannotLoad
from partners.models import Membership, Role, State
from partners.sample import people
from partners.sample.story import Story

OLDEST = 731  # days ago; the first day of the portal


class NameTaken(CannotLoad):
    """The code of the invented state belongs to another state."""


def demand_own(story: Story) -> None:
    """Check that no other state has the code of the invented one.

    :raises NameTaken: if another state has it.
    """
    facts = story.state_facts
    other = State.objects.filter(code=facts["code"]).exclude(name=facts["name"]).first()
    if other:
        raise NameTaken(f"The sample network needs the code {other.code}, which belongs to {other.name}.")


def load(story: Story) -> None:
    """Create the state, and the accounts of its administrators."""
    facts = story.state_facts
    story.state = State.objects.create(code=facts["code"], name=facts["name"], agency_name=facts["agency_name"])
    story.past.add(story.state, at=story.moment(OLDEST, "state"), by=None)
    seated = [(person, Membership(role=Role.STATE, state=story.state)) for person in facts["people"]]
    people.make_accounts(story, seated, facts["domain"])
