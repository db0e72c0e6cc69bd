"""What people are told of plans: consent that is needed, proposals, and the answers to them."""

from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from meetings.goals.consents import ASKED
from meetings.notices import examples
from meetings.plans.proposals import ANSWERED, PROPOSED
from onestop.notices.notice_types import NoticeType, Reason, declare
from partners.seats import seats_of


def is_of_a_partner(user: Any) -> bool:
    """Whether a person belongs to any partner."""
    return bool(seats_of(user).partnership_ids)


def keeps_plans(user: Any) -> bool:
    """Whether a person is staff of an area, or administers a state."""
    seats = seats_of(user)
    return bool(seats.staff_area_ids or seats.state_ids)


def _type(
    code: str, label: str | Promise, about: str | Promise, goes_to: str | Promise, is_for: Any, example: Any
) -> NoticeType:
    return NoticeType(
        code, label, about, Reason.TRANSACTIONAL, template="plan", goes_to=goes_to, is_for=is_for, example=example
    )


declare(
    _type(
        ASKED, _("Consent to goals"),
        _("A plan with goals of your organization is open, or one of these goals has changed."),
        _("The managers of the partners that carry a goal."), is_of_a_partner,
        partial(examples.plan, _("Answer"), _("“Plan 2025 to 2028” is open. Millrace carries 1 goal of it.")),
    ),
    _type(
        PROPOSED, _("Proposals to plans"), _("A partner proposes a goal, or a change of a plan that you keep."),
        _("The One-Stop staff, or the administrators of the state."), keeps_plans,
        partial(
            examples.plan, _("Answer the proposal"), _("Ann Example proposes for “Plan 2025 to 2028”: A new goal."),
            _("Child care in every center by 2028."),
        ),
    ),
    _type(
        ANSWERED, _("Answers to your proposals"), _("What you proposed for a plan is taken up, or not, with a reason."),
        _("Whoever proposed it, and the managers of their organization."), is_of_a_partner,
        partial(
            examples.plan, _("View the plan"), _("Your proposal for “Plan 2025 to 2028” is taken up."),
            _("It becomes goal 4."),
        ),
    ),
)  # fmt: skip
