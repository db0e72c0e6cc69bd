"""How reliably each partner did what it owed the network in 12 months. By organization, never by person, unranked."""

from datetime import date
from statistics import median

from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onestop.dashboards.engagement.score import scores_of
from onestop.dashboards.papers.section import Row, Section, Table, address
from partners.models import LocalArea, Partnership

LABEL = gettext_lazy("Engagement")
HELP = gettext_lazy("Each partner's score from 0 to 100, by name. It never ranks partners or names persons.")


def section(area: LocalArea, today: date) -> Section:
    """Return the section of an area on a day; a fixed number of queries."""
    scores = scores_of(area, today)
    partners = Partnership.objects.active().filter(area=area).select_related("organization")
    rows = [
        Row(
            [each.organization.name, score_in_words(scores.get(each.pk))],
            address("partners:partnership_detail", each.pk),
        )
        for each in partners.order_by(Lower("organization__name"), "pk")
    ]
    known = [score for score in scores.values() if score is not None]
    sentences = [
        _("The score is the weighted share of what a partner owed in the last 12 months and did. Late counts half."),
    ]
    if known:
        words = ngettext(
            "%(number)d partner has a score: %(middle)d of 100.",
            "%(number)d partners have a score. The one in the middle has %(middle)d of 100.",
            len(known),
        )
        sentences.insert(0, words % {"number": len(known), "middle": round(median(known))})
    else:
        sentences = [_("Nothing that partners owe has been counted yet.")]
    return Section(
        str(_("Engagement")),
        sentences,
        [Table(_("Engagement by partner, in order of their names"), [_("Partner"), _("Score")], rows, frozenset({1}))],
        why=_("Partners that answer, come and deliver keep the network alive. A falling score is a reason to call."),
        url=address("dashboards:engagement_list", area.slug),
        source=_("Engagement of partners"),
    )


def score_in_words(score: int | None) -> str:
    """Return a score, or that nothing was owed."""
    return str(score) if score is not None else _("Nothing was owed")
