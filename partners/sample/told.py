"""Failed notices of an area, and its weekly limit of reminders."""

from onestop.notices.bounces import note_bounce
from onestop.notices.models import Notice, WeeklyLimit, name_of
from partners.models import LocalArea
from partners.sample.past import Step
from partners.sample.story import FOLDER, Facts, Story, read

Status = Notice.Status
SENDER = "One-Stop Partner Network <portal@riverland.example>"


def load(story: Story) -> None:
    """Create the notices in an area's file with their status; no mail is sent."""
    for slug, area in story.areas.items():
        path = f"{story.area_facts[slug]['folder']}/told.toml"
        if (FOLDER / path).exists():
            facts = read(path)
            _set_weekly_limit(story, area, facts["weekly_limit"])
            for told in facts["told"]:
                _tell(story, area, told)


def _set_weekly_limit(story: Story, area: LocalArea, facts: Facts) -> None:
    row = WeeklyLimit.objects.create(scope=name_of(area), nudges_a_week=facts["number"])
    by, changed_at = story.users[facts["by"]], story.moment(facts["days"], "weekly_limit", area.zone)
    first_at = story.moment(facts["days"] + 200, "first weekly_limit", area.zone)
    story.past.add(row, at=first_at, by=by, steps=[Step(changed_at, by, {"nudges_a_week": facts["was"]})])


def _tell(story: Story, area: LocalArea, facts: Facts) -> None:
    person = story.users.get(facts["to"])
    key = f"sample:{area.slug}:{facts['subject']}"
    at, state = story.moment(facts["days"], key, area.zone), Status(facts["state"])
    said, address = facts.get("said", ""), person.email if person else facts["to"]
    Notice.objects.create(
        dedupe_key=key,
        kind=facts["kind"],
        recipient=person,
        to=address,
        scope=name_of(area),
        why=facts["why"],
        message_id=Notice.message_id_for(key, SENDER),
        sender=SENDER,
        subject=facts["subject"],
        text=facts["text"] + "\n",
        status=state,
        attempts=facts.get("attempts", 1 if state == Status.SENT else 0),
        written_at=at,
        due_at=at,
        sent_at=at if state == Status.SENT else None,
        last_error=said if state in (Status.FAILED, Status.UNCERTAIN) else "",
        withdrawn_why=said if state == Status.WITHDRAWN else "",
        in_inbox=person is not None,
    )
    if facts.get("bounced"):
        note_bounce(address, said=said, at=at)
