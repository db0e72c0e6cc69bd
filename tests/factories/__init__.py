"""Factories: one valid row of each model with minimal values, which arguments can override; a module for each app."""

from tests.factories.accounts import *  # noqa: F403 -- a new factory needs no line here
from tests.factories.agreements import *  # noqa: F403
from tests.factories.comments import *  # noqa: F403
from tests.factories.dashboards import *  # noqa: F403
from tests.factories.files import *  # noqa: F403
from tests.factories.funding import *  # noqa: F403
from tests.factories.goals import *  # noqa: F403
from tests.factories.inbound import *  # noqa: F403
from tests.factories.meetings import *  # noqa: F403
from tests.factories.notices import *  # noqa: F403
from tests.factories.partners import *  # noqa: F403
from tests.factories.purchases import *  # noqa: F403
