"""The counts of an area in words, as the headings of lists say them.

Only active partners, their services and their representatives count. What a list shows besides is counted apart: "22
partners and 1 prospective partner in Riverbend". ``archived`` says whether the list shows archived rows too.
"""

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from onestop.ui.sentences import join_words
from partners.models import LocalArea, Partnership, Representative, Service
from partners.network.summary import active_partners, representatives_of, services_of

Status = Partnership.Status
OTHER_PARTNERS = {
    Status.PROSPECTIVE: ngettext_lazy("%(number)d prospective partner", "%(number)d prospective partners", "number"),
    Status.PAUSED: ngettext_lazy("%(number)d paused partner", "%(number)d paused partners", "number"),
    Status.ENDED: ngettext_lazy("%(number)d former partner", "%(number)d former partners", "number"),
}
ARCHIVED_PARTNERS = ngettext_lazy("%(number)d archived partner", "%(number)d archived partners", "number")


def partners_in_words(area: LocalArea, *, archived: bool = False) -> str:
    """Return the number of partners of an area, and of the others that its list shows."""
    number = active_partners(area).count()
    counted = [ngettext("%(number)d partner", "%(number)d partners", number) % {"number": number}]
    others = Partnership.objects.current().filter(area=area).order_by().values_list("status").annotate(Count("pk"))
    numbers = dict(others)
    counted += [words % {"number": numbers[status]} for status, words in OTHER_PARTNERS.items() if status in numbers]
    if archived and (put_away := Partnership.objects.archived().filter(area=area).count()):
        counted.append(ARCHIVED_PARTNERS % {"number": put_away})
    return _("%(partners)s in %(area)s.") % {"partners": join_words(counted), "area": area.name}


def services_in_words(area: LocalArea, *, archived: bool = False) -> str:
    """Return the number of services of an area, and of the others that its list shows."""
    number = services_of(area).count()
    words = ngettext("%(number)d service of the partners", "%(number)d services of the partners", number)
    counted = [words % {"number": number}]
    listed = Service.objects.filter(partnership__area=area, partnership__archived_at=None)
    if others := _others(listed, number):
        words = ngettext(
            "%(number)d service of prospective, paused or former partners",
            "%(number)d services of prospective, paused or former partners",
            others,
        )
        counted.append(words % {"number": others})
    if archived and (put_away := listed.exclude(archived_at=None).count()):
        words = ngettext("%(number)d archived service", "%(number)d archived services", put_away)
        counted.append(words % {"number": put_away})
    return _("%(services)s in %(area)s.") % {"services": join_words(counted), "area": area.name}


def representatives_in_words(area: LocalArea, *, archived: bool = False) -> str:
    """Return the number of representatives of an area, and of the others that its list shows."""
    number, signing = representatives_of(area).count(), representatives_of(area).signing().count()
    words = ngettext("%(number)d representative of the partners", "%(number)d representatives of the partners", number)
    counted = [words % {"number": number}]
    listed = Representative.objects.filter(partnership__area=area, partnership__archived_at=None)
    if others := _others(listed, number):
        words = ngettext(
            "%(number)d representative of prospective, paused or former partners",
            "%(number)d representatives of prospective, paused or former partners",
            others,
        )
        counted.append(words % {"number": others})
    if archived and (left := listed.exclude(archived_at=None).count()):
        words = ngettext("%(number)d who left", "%(number)d who left", left)
        counted.append(words % {"number": left})
    values = {"people": join_words(counted), "area": area.name, "number": signing}
    words = ngettext(
        "%(people)s in %(area)s. Of the partners' representatives, %(number)d may sign.",
        "%(people)s in %(area)s. Of the partners' representatives, %(number)d may sign.",
        signing,
    )
    return words % values


def _others(listed: QuerySet, number: int) -> int:
    """Return how many of the current rows of a list do not count."""
    return listed.filter(archived_at=None).count() - number
