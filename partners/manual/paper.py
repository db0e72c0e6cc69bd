"""The manual as a tagged PDF (PDF/UA), with contents, running heads and an index."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from onestop.files.documents import Report
from onestop.files.pdf import Pdf, make_pdf
from partners.manual.contents import Manual
from partners.manual.differences import Difference, chapters, differences
from partners.manual.index import index_of
from partners.models import ManualEdition, ManualPrint

PAGES_A_SERVICE = 0.35  # an estimate for the progress bar


def print_edition(edition: ManualEdition, variant: str, *, report: Report) -> Pdf:
    """Return an edition as a PDF, with the changes since the edition before.

    :raises CannotMakePdf: if this machine lacks a library.
    """
    manual, before = Manual.read(edition.snapshot), None
    if edition.number > 1:
        before = ManualEdition.objects.get(area=edition.area_id, number=edition.number - 1)
    found = [Difference.read(row) for row in edition.changes]
    if variant == ManualPrint.Variant.PUBLIC:
        manual = manual.for_public()
        # Compare the public versions: stored changes may hold data that is not public.
        found = differences(Manual.read(before.snapshot).for_public(), manual) if before else []
    return _print(manual, {"edition": edition, "before": before, "changes": chapters(found)}, report)


def print_current(manual: Manual, *, at: datetime, report: Report) -> Pdf:
    """Return the current manual, without an edition, as a PDF.

    :raises CannotMakePdf: if this machine lacks a library.
    """
    return _print(manual, {"asked_at": at}, report)


def html_of(manual: Manual, facts: dict[str, Any]) -> str:
    """Return the HTML of the PDF, in the language of the manual."""
    with translation.override(manual.language or settings.LANGUAGE_CODE):
        return render_to_string(
            "partners/manual/manual_paper.html", {"manual": manual, "index": index_of(manual), "whole": True, **facts}
        )


def _print(manual: Manual, facts: dict[str, Any], report: Report) -> Pdf:
    report(0.02, _("Collecting the contents"))
    expected = 12 + round(PAGES_A_SERVICE * len(manual.services))

    def page_done(number: int) -> None:
        report(min(0.05 + 0.8 * number / expected, 0.95), _("Laying out page %(number)s") % {"number": number})

    return make_pdf(html_of(manual, facts), pages_done=page_done)
