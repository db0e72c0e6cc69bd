"""The invented state and its administrators."""

from onestop.local.sample import CannotLoad
from partners.models import Membership, Role, State
from partners.sample import people
from partners.sample.story import Story

OLDEST = 731  # days; the portal's first


class NameTaken(CannotLoad):
    """The code of the invented state belongs to another one."""


def demand_own(story: Story) -> None:
    """Refuse to go on if a state with our code is not the invented one.

    :raises NameTaken: if so.
    """
    facts = story.state_facts
    other = State.objects.filter(code=facts["code"]).exclude(name=facts["name"]).first()
    if other:
        raise NameTaken(f"The code {other.code} belongs to {other.name} here; the sample network would need it.")


def load(story: Story) -> None:
    """Make the state, and the accounts of those who administer it."""
    facts = story.state_facts
    story.state = State.objects.create(code=facts["code"], name=facts["name"], agency_name=facts["agency_name"])
    story.past.add(story.state, at=story.moment(OLDEST, "state"), by=None)
    seated = [(person, Membership(role=Role.STATE, state=story.state)) for person in facts["people"]]
    people.make_accounts(story, seated, facts["domain"])
