"""Who was invited in the sample, and what they answered to the next meetings."""

from collections.abc import Sequence
from datetime import timedelta

from meetings.invitations import roster
from meetings.models import Answer, How, MeetingInvitation, Series
from meetings.sample.groups import Plan
from partners.sample.area_story import AreaStory
from partners.sample.story import dice

ANSWERED = 2  # meetings ahead, to which people have answered already
SAID = ("yes", "yes", "yes", "yes", "no", "maybe", "")
WHY_NOT = ("I am at a conference.", "Out of town.", "")


def load(story: AreaStory, planned: Sequence[tuple[Plan, Series]]) -> None:
    """Invite the members of each group to its series, and record answers to the next meetings."""
    now = story.at(story.today)
    for plan, series in planned:
        if plan.ended:
            continue
        made, _gone = roster.match_roster(series, at=now - timedelta(days=30))
        for invitation in made:
            invitation.told_sequence, invitation.told_at = series.sequence, invitation.asked_at
        MeetingInvitation.objects.bulk_update(made, ["told_sequence", "told_at"])
        for invitation in made:
            story.past.add(invitation, at=invitation.asked_at, by=story.staff)
        _answer(story, plan, series, made)


def _answer(story: AreaStory, plan: Plan, series: Series, invitations: Sequence[MeetingInvitation]) -> None:
    now, given = story.at(story.today), list[Answer]()
    for ahead, meeting in enumerate(series.meetings.coming(now)[:ANSWERED]):
        for invitation in invitations:
            about = f"{plan.name} {invitation.name} {meeting.original_on}"
            said = SAID[dice(f"comes {about}", len(SAID))]
            # The next meeting has most of its answers, the one after it few.
            if not said or (ahead and dice(f"early {about}", 3)):
                continue
            at = now - timedelta(hours=1 + dice(f"when {about}", 400))
            how = How.ONLINE if plan.how == "both" and said == "yes" and dice(f"how {about}", 2) else ""
            given.append(Answer(
                series=series, invitation=invitation, meeting=meeting, answer=said, how=how, via="link", at=at,
                sequence=series.sequence, for_start=meeting.starts_at,
                comment=WHY_NOT[dice(f"why {about}", 3)] if said == "no" else "",
            ))  # fmt: skip
    Answer.objects.bulk_create(given)
    for answer in given:
        story.past.add(answer, at=answer.at, by=answer.invitation.user)
