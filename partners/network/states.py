"""Edit a state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.history.tracking import recorded
from partners.models import State

FACTS = ("agency_name", "fiscal_year_month")


@recorded
def update_state(state: State, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime) -> State:
    """Change what the portal knows of a state; its name and code stay.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    """
    state = State.objects.select_for_update().get(pk=state.pk)
    demand_version(state, (), version)
    if names := apply_facts(state, {name: facts[name] for name in FACTS if name in facts}):
        state.save(update_fields=names)
    return state
