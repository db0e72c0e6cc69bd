"""More agreements of the sample: a regional MOU, a purchase signed late, a review, and an impasse with one partner."""

from datetime import timedelta

from agreements.drafting import templates
from agreements.models import Agreement, Clause, FurtherArea, NegotiationEntry, Party, Review
from agreements.sample.story import YEAR, add_agreement, add_parties, add_signed
from partners.models import LocalArea, Partnership
from partners.sample.area_story import AreaStory

DAY = timedelta(days=1)
# What was tried with the partner that does not sign: how many days ago, of which kind, and what happened.
ATTEMPTS = (
    (96, "meeting", "The partner finds its share of the front desk too high. Others accept it."),
    (75, "letter", "The board explains the method and offers a list of the counts of each partner."),
    (54, "offer", "The board offers to count customers instead of staff for one year."),
    (33, "help", "The board asks the State to help with the method."),
    (9, "impasse", "After two more calls the partner does not sign."),
)


def load(story: AreaStory, current: Agreement) -> None:
    """Add them; ``current`` is the MOU in force, which was reviewed."""
    _review(story, current)
    _regional(story)
    begins = story.today - timedelta(days=150)
    add_signed(
        story, "purchase", "Purchase of work experience", begins, begins + YEAR - DAY, story.partners[5:6],
        executed_on=begins + timedelta(days=24),
    )  # fmt: skip
    _impasse(story)


def _review(story: AreaStory, current: Agreement) -> None:
    held = story.today - timedelta(days=70)
    at = story.at(held + DAY)
    review = Review(
        agreement=current, held_on=held, next_on=held + 3 * YEAR, who="The board's MOU committee with all partners",
        note="The referral form works. The hours of two partners changed; the amendment has them.",
        by=story.staff, at=at,
    )  # fmt: skip
    story.keep([review], at)


def _regional(story: AreaStory) -> None:
    """Add an MOU with the partners of another area of the state (20 CFR 678.505(b))."""
    other = LocalArea.objects.filter(state=story.area.state_id).exclude(pk=story.area.pk).order_by("pk").first()
    if other is None:
        return
    begins = story.today - timedelta(days=300)
    theirs = Partnership.objects.active().filter(area=other).select_related("organization").order_by("pk")[:2]
    mou = add_signed(
        story, "umbrella", "Regional MOU for employers", begins, begins + 3 * YEAR - DAY,
        [*story.partners[:3], *theirs], number=f"MOU-{begins:%y}-REG",
    )  # fmt: skip
    story.keep([FurtherArea(agreement=mou, area=other)], story.at(begins + timedelta(days=3)))


def _impasse(story: AreaStory) -> None:
    """Add a draft with one partner, and the record of negotiations that led to nothing."""
    begun = story.today - timedelta(days=100)
    at, begins = story.at(begun), story.today + timedelta(days=40)
    partner = story.partners[-1]
    mou = add_agreement(
        story, "single", f"MOU with {partner}", begins, begins + 3 * YEAR - DAY, at,
        status="review", origin="template", number=f"MOU-{begins:%y}-SP",
    )  # fmt: skip
    add_parties(story, mou, [partner], at)
    clauses = [
        Clause(agreement=mou, position=number, title=each.title, text=each.text, elements=list(each.elements))
        for number, each in enumerate(templates.wording_of("single"), start=1)
    ]
    story.keep(clauses, at)
    party = Party.objects.get(agreement=mou, partnership=partner)
    for days, kind, text in ATTEMPTS:
        happened = story.today - timedelta(days=days)
        entry = NegotiationEntry(agreement=mou, party=party, kind=kind, happened_on=happened, text=text, by=story.staff)
        story.keep([entry], story.at(happened, 16))
