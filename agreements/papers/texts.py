"""The HTML of papers, from which their PDFs are made."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.template.loader import render_to_string

from agreements.drafting import merge_fields
from agreements.drafting.surroundings import areas_of, parties_of
from agreements.models import Agreement, FrozenDocument, NegotiationEntry, Party, Promise
from agreements.papers.exhibits import exhibits_of
from onestop.ui.rich_text import render as render_text
from partners.models import Program


def agreement_html(agreement: Agreement, *, today: date) -> str:
    """Return the text of a draft as of a day, as a whole page."""
    return render_to_string("agreements/paper/agreement_paper.html", {**_text_of(agreement), "today": today})


def frozen_html(agreement: Agreement) -> str:
    """Return the text of an agreement as it is signed: a piece of HTML without a title, from headings of level 2 on."""
    return render_to_string("agreements/paper/_agreement_text.html", _text_of(agreement)).strip()


def sent_html(agreement: Agreement) -> str:
    """Return the text that was frozen when an agreement was sent for signature, as a whole page; nothing of a draft."""
    documents = FrozenDocument.objects.filter(sending__agreement=agreement, sending__voided_at=None)
    document = documents.select_related("sending__agreement__area").first()
    if agreement.is_editable or document is None:
        return ""
    return render_to_string("agreements/paper/frozen_paper.html", {"document": document})


def _text_of(agreement: Agreement) -> dict[str, Any]:
    """Return the text with the values of its merge fields, and the budgets of a funding agreement as exhibits."""
    parties = parties_of(agreement)
    fields = merge_fields.values_of(agreement, parties)
    promises: dict[int | None, list[Promise]] = defaultdict(list)
    for promise in agreement.promises.current().with_names():
        promises[promise.clause_id].append(promise)
    clauses = [
        {
            "clause": clause,
            "html": render_text(clause.text, level=3, fields=fields),
            "promises": promises.get(clause.pk, ()),
        }
        for clause in agreement.clauses.current().in_order()
    ]
    return {
        "agreement": agreement,
        "areas": areas_of(agreement),
        "parties": parties,
        "clauses": clauses,
        "other_promises": promises.get(None, ()),
        "exhibits": exhibits_of(agreement),
    }


def impasse_html(
    agreement: Agreement, *, parties: Sequence[Party], about: str, issues: str, request: str, today: date
) -> str:
    """Return the report of an impasse: with whom, about what, and the whole record of negotiations."""
    entries: Any = NegotiationEntry.objects.current().filter(agreement=agreement)
    context = {
        "agreement": agreement,
        "parties": parties,
        "about": about,
        "law": "20 CFR 678.725" if about == "costs" else "20 CFR 678.510(c)",
        "issues": issues,
        "request": request,
        "programs": _programs_of(parties),
        "entries": entries.select_related("party__partnership__organization").order_by("happened_on", "pk"),
        "today": today,
    }
    return render_to_string("agreements/paper/impasse_paper.html", context)


def _programs_of(parties: Sequence[Party]) -> list[str]:
    partnerships = [party.partnership_id for party in parties if party.partnership_id]
    programs = Program.objects.filter(partnership_links__partnership__in=partnerships).distinct()
    return list(programs.order_by("position").values_list("name", flat=True))
