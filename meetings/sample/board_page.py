"""The public page of the sample's board."""

from datetime import timedelta

from meetings.models import BoardPage
from meetings.sample.agendas import stored_pdf
from meetings.sample.told import Told, keep_all
from onestop.files.pdf import why_no_pdf

PUBLISHED = timedelta(days=380)  # before today
ABOUT = (
    "The Riverbend Workforce Board has 19 seats. More than half of its members lead or own businesses in the area; "
    "others speak for workers, schools and public services. The board decides how the area spends federal money for "
    "training and jobs, and it oversees three career centers. Everybody may attend its meetings and speak for three "
    "minutes under public comment."
)
ACCOMMODATION = (
    "Ask for an interpreter, captions or large print at least three working days before a meeting. Conference room A "
    "has a hearing loop and no steps. You need not say why."
)


def load(board: Told) -> None:
    """Publish the page, with the by-laws if this machine makes PDFs."""
    story = board.story
    at = story.at(story.today - PUBLISHED)
    page = BoardPage(
        group=board.series.group, is_published=True, about=ABOUT, accommodation_name="Dana Whitcomb",
        accommodation_email="access@riverbend.example", accommodation_phone="(555) 555-0100",
        accommodation_note=ACCOMMODATION,
    )  # fmt: skip
    if why_no_pdf() is None:
        page.bylaws = stored_pdf(story, "bylaws", "meetings.bylaws", at)
    keep_all(story, [(page, at)])
