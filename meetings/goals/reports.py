"""What partners report on a goal: a value as of a day, and what moved it; signed in, or by a personal link.

A report never changes. A correction is a new report that stands in its place; both stay to be read.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings.goals.judging import judge, limits_of
from meetings.goals.locking import CannotChangeGoal, demand_reportable, lock_goal, today_in
from meetings.models import Goal, GoalLink, GoalUpdate
from onestop.accounts.emailed_links import lock_open, note_answered, signed_by_link
from onestop.accounts.models import User
from onestop.editing.personal_data import find_personal_data
from onestop.files.models import StoredFile
from onestop.files.storing import demand_usable
from onestop.history.tracking import recorded
from partners.models import Partnership

FACTS = ("value", "as_of", "story", "file")
SAME = ("value", "as_of", "story", "name", "corrects_id")
Via = GoalUpdate.Via


@recorded
def send_report(
    goal: Goal, *, facts: Mapping[str, Any], partnership: Partnership | None = None, by: User, at: datetime
) -> GoalUpdate:
    """Report on a goal; the same report sent twice counts once. Its status is judged anew.

    :raises CannotChangeGoal: if partners do not pursue the goal, the report says nothing, its day is to come, or it
        may name a customer.
    """
    return _report(goal, facts, {"partnership": partnership, "name": by.name, "by": by}, at=at)


@recorded
def correct_report(
    update: GoalUpdate, *, facts: Mapping[str, Any], partnership: Partnership | None = None, by: User, at: datetime
) -> GoalUpdate:
    """Correct a report by a new one that stands in its place, of the partner of whoever corrects it.

    :raises CannotChangeGoal: as ``send_report``, or if it was corrected already.
    """
    who = {"partnership": partnership, "name": by.name, "by": by, "corrects": update}
    return _report(update.goal, facts, who, at=at)


@recorded
def report_by_link(link: GoalLink, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> GoalUpdate:
    """Record what the holder of a link reports, under the name of that person.

    :raises LinkIsOver: if the link no longer works: expired, or the goal is no longer pursued.
    :raises CannotChangeGoal: as ``send_report``.
    """
    with signed_by_link(link):
        # Lock: the goal before its link, as everybody else who reports.
        lock_goal(link.goal)
        link = lock_open(link, at)
        who = {"partnership": link.partnership, "name": link.name, "by": by, "via": Via.LINK}
        done = _report(link.goal, facts, who, at=at)
        note_answered(link, at)
        return done


def _report(goal: Goal, facts: Mapping[str, Any], who: Mapping[str, Any], *, at: datetime) -> GoalUpdate:
    goal = lock_goal(goal)
    demand_reportable(goal)
    given = {name: facts[name] for name in FACTS if name in facts}
    given["story"] = str(given.get("story") or "").strip()
    update = GoalUpdate(goal=goal, at=at, **given, **who)
    if twin := _twin(update):
        return twin
    _check(update, at)
    demand_usable(update.file, GoalUpdate(), "file", by=who["by"])
    update.save()
    judge(goal, by=who["by"], at=at)
    return update


def _twin(update: GoalUpdate) -> GoalUpdate | None:
    """Return the last report if it says the same of the same person: the form was sent twice."""
    last = GoalUpdate.objects.filter(goal=update.goal).order_by("-pk").first()
    is_same = last is not None and all(getattr(last, name) == getattr(update, name) for name in SAME)
    return last if is_same and _has_evidence(last, update.file) else None


def _has_evidence(last: GoalUpdate | None, file: StoredFile | None) -> bool:
    """Return whether a report has this evidence already: the same file may have been sent twice."""
    if last is None or file is None:
        return True
    return last.file is not None and last.file.sha256 == file.sha256


def _check(update: GoalUpdate, at: datetime) -> None:
    if update.value is None and not update.story:
        raise CannotChangeGoal(_("Enter the value, or what moved it."), field="value")
    _check_value(update)
    if update.as_of > today_in(update.goal.plan, at):
        raise CannotChangeGoal(_("This day is to come. Enter as of which day the value is."), field="as_of")
    if found := find_personal_data([update.story]):
        words = _("%(finding)s. Others read this, so it must not identify a customer. Remove it.")
        raise CannotChangeGoal(words % {"finding": found[0]}, field="story")
    if update.corrects is not None and GoalUpdate.objects.filter(corrects=update.corrects).exists():
        raise CannotChangeGoal(_("This report was corrected already. Correct the newer one."))


def _check_value(update: GoalUpdate) -> None:
    limits, value = limits_of(update.goal), update.value
    if value is None or limits.within(value) == value:
        return
    if limits.least is not None and value < limits.least:
        raise CannotChangeGoal(_("Enter %(least)s or more.") % {"least": limits.least}, field="value")
    raise CannotChangeGoal(_("Enter %(most)s or less.") % {"most": limits.most}, field="value")
