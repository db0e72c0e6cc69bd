"""Proposed changes, requests to partners to confirm their services, and what people looked for in vain."""

from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils.crypto import get_random_string

from onestop.comments.models import Comment, Discussion, Mention
from partners.models import (
    ConfirmationRequest,
    LocalArea,
    Membership,
    Partnership,
    Proposal,
    Role,
    Service,
    ServiceConfirmation,
    UnansweredQuestion,
)
from partners.sample.past import Step
from partners.sample.story import FOLDER, Facts, Story, read


def load(story: Story) -> None:
    """Create the proposals and requests of each area that has a file of them."""
    for slug, area in story.areas.items():
        path = f"{story.area_facts[slug]['folder']}/upkeep.toml"
        if not (FOLDER / path).exists():
            continue
        facts = read(path)
        for proposal in facts["proposals"]:
            _propose(story, area, proposal)
        for asked in facts["asked"]:
            _ask(story, area, asked)
        _look_in_vain(story, area, facts.get("unanswered", []))


def _partner(story: Story, area: LocalArea, facts: Facts) -> Partnership:
    name = facts["partner"]
    return next(one for one, _ in story.partners if one.area_id == area.pk and one.organization.name == name)


def _propose(story: Story, area: LocalArea, facts: Facts) -> None:
    service = Service.objects.get(partnership=_partner(story, area, facts), name=facts["service"])
    by, about = story.users[facts["by"]], f"proposes {facts['service']} {facts['days']}"
    row = Proposal(
        service=service,
        before={name: getattr(service, name) for name in facts["after"]} | facts.get("before", {}),
        after=facts["after"],
        note=facts["note"],
        proposed_by=by,
        proposer_name=by.name,
        proposed_at=story.moment(facts["days"], about, area.zone),
    )
    steps = []
    if decided := facts.get("decided"):
        row.status, row.answer, row.decided_by = decided["status"], decided["answer"], story.users[decided["by"]]
        row.decided_at = story.moment(decided["days"], f"decides {about}", area.zone)
        row.taken = list(facts["after"]) if row.status == Proposal.Status.ACCEPTED else []
        open_still = {"status": Proposal.Status.OPEN, "answer": "", "decided_by_id": None, "decided_at": None}
        steps.append(Step(row.decided_at, row.decided_by, open_still | {"taken": []}))
    row.save()
    story.past.add(row, at=row.proposed_at, by=by, steps=steps)
    if "comments" in facts:
        _discuss(story, area, row, facts["comments"])


def _discuss(story: Story, area: LocalArea, proposal: Proposal, comments: list[Facts]) -> None:
    """Create a discussion of a proposal, in which each comment that begins with an @ mentions the proposer."""
    kind = ContentType.objects.get_for_model(Proposal)
    moments = [story.moment(facts["days"], f"comments {facts['text'][:20]}", area.zone) for facts in comments]
    by = [story.users[facts["by"]] for facts in comments]
    discussion = Discussion.objects.create(content_type=kind, object_id=proposal.pk, started_at=moments[0])
    story.past.add(discussion, at=moments[0], by=by[0])
    for facts, person, at in zip(comments, by, moments, strict=True):
        comment = Comment.objects.create(discussion=discussion, text=facts["text"], by=person, at=at)
        story.past.add(comment, at=at, by=person)
        if facts["text"].startswith("@") and proposal.proposed_by:
            mention = Mention.objects.create(comment=comment, person=proposal.proposed_by)
            story.past.add(mention, at=at, by=person)


def _ask(story: Story, area: LocalArea, facts: Facts) -> None:
    partnership, person = _partner(story, area, facts), story.users[facts["person"]]
    about, zone = f"asked {person.name}", area.zone
    by = story.coordinator(area, facts["days"], about)
    asked_at = story.moment(facts["days"], about, zone)
    opened = facts.get("opened", facts.get("answered"))
    row = ConfirmationRequest.objects.create(
        partnership=partnership,
        seat=Membership.objects.current().get(user=person, role=Role.MANAGER, partnership=partnership),
        name=person.name,
        email=person.email,
        nonce=get_random_string(24),
        asked_by=by,
        asked_at=asked_at,
        expires_at=asked_at + timedelta(days=settings.CONFIRM_LINK_DAYS),
        opened_at=story.moment(opened, f"{about} opened", zone) if opened else None,
    )
    steps = []
    if row.opened_at:
        steps.append(Step(row.opened_at, person, {"opened_at": None}, {"by_link": person.name}))
    if "answered" in facts:
        row.answered_at = row.opened_at
        row.save(update_fields=["answered_at"])
        steps[0].was["answered_at"] = None
        _confirm_services(story, row, facts["answered"])
    story.past.add(row, at=asked_at, by=by, steps=steps)


def _confirm_services(story: Story, row: ConfirmationRequest, days: int) -> None:
    said_at = row.answered_at
    assert said_at is not None
    confirmed = Service.objects.filter(partnership=row.partnership_id, verified_on=story.day(days))
    for service in confirmed.order_by("pk"):
        said = ServiceConfirmation.objects.create(request=row, service=service, said_at=said_at)
        story.past.add(said, at=said_at, by=row.account)


def _look_in_vain(story: Story, area: LocalArea, searches: list[Facts]) -> None:
    """Create the searches without an answer, one row for each week."""
    rows = []
    for facts in searches:
        about = {"words": facts["words"], "language": facts.get("language", "en"), "kind": facts.get("kind", "nothing")}
        for weeks_ago, number in enumerate(reversed(facts["weeks"])):
            if number:
                day = story.today - timedelta(days=7 * weeks_ago + len(facts["words"]) % 6)
                rows.append(UnansweredQuestion(area=area, day=day, number=number, **about))
    UnansweredQuestion.objects.bulk_create(rows)
