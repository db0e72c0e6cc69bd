"""Agreements of the sample network: one in force, its predecessor and a gap between them, one expiring, drafts."""

from datetime import date, timedelta

from django.db import transaction

from agreements.drafting import templates
from agreements.models import Agreement, Clause, Version
from agreements.sample import budgets, promises, purchases, quarters, signing, terms
from agreements.sample.story import YEAR, add_agreement, add_parties, add_signed
from onestop.files.pdf import why_no_pdf
from partners.sample.area_story import AreaStory, begin_story, sample_area
from partners.sample.past import unrecorded

GAP = timedelta(days=41)  # between the MOU of the years before and the one in force
LEFT_OUT = "shared_costs"  # the element that no clause of the draft answers
TECHNOLOGY = "- Assistive technology is available in each comprehensive center, and staff are trained to use it.\n"


@transaction.atomic
def load(*, today: date) -> bool:
    """Load the agreements of the sample, unless there are any; return whether they were loaded."""
    area = sample_area()
    if area is None or Agreement.objects.of(area).exists():
        return False
    story = begin_story(area, today=today)
    with unrecorded():
        current = _load(story)
        promises.load(story, current)
    story.past.write()
    promises.watch(story)
    return True


def _load(story: AreaStory) -> Agreement:
    """Add the agreements; return the MOU in force."""
    today, begins = story.today, story.today - 2 * YEAR
    before = add_signed(
        story, "umbrella", "Umbrella MOU", begins - GAP - 3 * YEAR, begins - GAP - timedelta(days=1), story.partners
    )
    last = begins + 3 * YEAR - timedelta(days=1)
    makes_pdfs = why_no_pdf() is None
    if makes_pdfs:
        current = signing.add_executed(story, begins, last, supersedes=before)
    else:
        current = add_signed(story, "umbrella", "Umbrella MOU", begins, last, story.partners, supersedes=before)
    expiring, years = budgets.load(story)
    changed = today - timedelta(days=120)
    add_signed(
        story, "amendment", "New partner and new hours", changed, current.expires_on, story.partners[:4], amends=current
    )
    if makes_pdfs:
        signing.add_stuck(story, expiring, story.partners[:9])
    _draft(story, current)
    terms.load(story, current)
    purchases.load(story)
    quarters.load(story, years)
    return current


def _draft(story: AreaStory, current: Agreement) -> None:
    """Add a draft in review, in which one element is missing and one is met in part."""
    assert current.expires_on
    begins = current.expires_on + timedelta(days=1)
    begun = story.today - timedelta(days=25)
    at = story.at(begun)
    agreement = add_agreement(
        story, "umbrella", "Umbrella MOU", begins, begins + 3 * YEAR - timedelta(days=1), at,
        status="review", origin="template", supersedes=current,
    )  # fmt: skip
    add_parties(story, agreement, story.partners, at)
    wording = [each for each in templates.wording_of("umbrella") if LEFT_OUT not in each.elements]
    clauses = [
        Clause(
            agreement=agreement, position=number, title=each.title,
            text=each.text.replace(TECHNOLOGY, ""), elements=list(each.elements),
        )
        for number, each in enumerate(wording, start=1)
    ]  # fmt: skip
    story.keep(clauses, at)
    saved = story.at(begun + timedelta(days=4), 15)
    contents = [
        {"id": clause.pk, "title": clause.title, "text": clause.text.replace("one business day", "two business days")}
        for clause in clauses
    ]
    version = Version(
        agreement=agreement, number=1, note="Before the review", contents=contents, by=story.staff, at=saved
    )
    story.keep([version], saved)
