"""Tell members of the board that they sponsor a goal from now on, or no longer do."""

from datetime import datetime

from meetings.goals.locking import today_in
from meetings.models import Goal
from onestop.accounts.models import User
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.models import BoardTerm
from partners.people import contacts

SPONSOR = "meetings.goal_sponsor"


def tell_sponsors(goal: Goal, before: BoardTerm | None, *, by: User | None, at: datetime) -> None:
    """Tell the new sponsor of a goal, and the one before who still serves; nobody is told what they did themselves.

    Call it in the transaction that changes the sponsor.
    """
    now, today = goal.sponsor, today_in(goal.plan, at)
    found = []
    if now is not None:
        found.append(_message(goal, now, "begins", _begins(goal), at))
    if before is not None and not before.is_archived and before.is_on(today):
        found.append(_message(goal, before, "ends", _ends(goal), at))
    notify_many([each for each in found if each and not _is_of(each, by)], at=at)


def _begins(goal: Goal) -> str:
    words = _(
        "You sponsor the shared goal “%(goal)s” on the board from now on. A sponsor asks about it at each board meeting"
        " and opens doors for it."
    )
    return words % {"goal": goal.name}


def _ends(goal: Goal) -> str:
    if goal.sponsor is None:
        return _("You no longer sponsor the shared goal “%(goal)s”. Thank you for what you did.") % {"goal": goal.name}
    words = _("%(name)s sponsors the shared goal “%(goal)s” from now on, in your place. Thank you for what you did.")
    return words % {"goal": goal.name, "name": goal.sponsor.name}


def _is_of(message: Message, by: User | None) -> bool:
    return by is not None and message.user is not None and message.user.pk == by.pk


def _message(goal: Goal, term: BoardTerm, what: str, says: str, at: datetime) -> Message | None:
    """Return a message to a member of the board; ``None`` without an address, or if the account is deactivated."""
    if term.user is not None and not term.user.is_active:
        return None
    address = (term.user.email if term.user else term.email).strip()
    if not address:
        return None
    plan, has_account = goal.plan, term.user is not None
    assert plan.area is not None
    return Message(
        kind=SPONSOR,
        key=f"{SPONSOR}:{goal.pk}:{what}:{term.pk}:{at:%Y%m%d%H%M%S%f}",
        to=contacts.person_at(address, term.user),
        about=[goal, plan.area],
        context={
            "plan": plan, "recipient": term, "says": says, "quote": goal.measure, "sender": plan.area.board_name,
            "button": _("View the goal") if has_account else "",
        },
        why=_("You serve on the %(board)s.") % {"board": plan.area.board_name},
        path=goal.get_absolute_url() if has_account else "",
        zone=plan.area.zone,
        scope=plan.area,
    )  # fmt: skip
