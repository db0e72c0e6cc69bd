"""Who a partner is: what it carries out, where and when it is there, its words, its services, its people."""

from datetime import date

from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.dashboards.papers.section import Row, Section, Table
from onestop.ui.presentation import clock, shortday
from onestop.ui.sentences import join_words
from partners.models import Partnership, Presence, Representative, Service, Term, Usage


def who(partnership: Partnership, today: date) -> Section:
    """Return who it is; two queries. Needs the organization and the area."""
    organization = partnership.organization
    links = partnership.program_links.select_related("program").order_by("program__position", "pk")
    programs = [link.program for link in links]
    presences = Presence.objects.in_use().holding(today, today).filter(partnership=partnership)
    hours = list(presences.select_related("center").order_by("center__name", "weekday", "starts_at", "pk"))
    facts = [
        (_("Full name"), organization.name),
        (_("Short name"), organization.short_name),
        (_("Status"), partnership.get_status_display()),
        (_("Partner since"), shortday(partnership.since) if partnership.since else ""),
        (_("Required programs"), join_words(each.name for each in programs if each.is_required)),
        (_("Other programs"), join_words(each.name for each in programs if not each.is_required)),
        (_("How services are provided"), partnership.get_framework_display()),
        (_("Commitment"), partnership.get_commitment_display()),
        (_("Counties served"), partnership.counties_served),
        (_("Contact in this area"), partnership.local_contact),
        (_("Phone"), partnership.contact_phone),
        (_("Email"), partnership.contact_email),
        (_("Website"), organization.website),
    ]
    return Section(
        str(_("Who they are")),
        [organization.description] if organization.description else [],
        [
            Table(
                _("In short"),
                [_("What"), _("Answer")],
                [Row([str(label), str(value)]) for label, value in facts if value],
            ),
            Table(
                _("On site"),
                [_("Center"), _("Day"), _("Hours"), _("Who")],
                [
                    Row(
                        [
                            each.center.name,
                            str(each.get_weekday_display()),
                            _("%(first)s to %(last)s") % {"first": clock(each.starts_at), "last": clock(each.ends_at)},
                            each.who or "-",
                        ],
                        reverse("partners:center_detail", args=[each.center_id]),
                    )
                    for each in hours
                ],
            ),
        ],
        url=reverse("partners:partnership_detail", args=[partnership.pk]),
        source=_("The page of this partner"),
    )


def words(partnership: Partnership, today: date) -> Section:
    """Return the words that it uses, beside the wording that partners agreed on; one query."""
    rows = Usage.objects.filter(
        partnership=partnership, is_search_only=False, term__in=Term.objects.approved().filter(area=partnership.area_id)
    ).select_related("term")
    usages = list(rows.order_by(Lower("term__agreed_name"), Lower("wording"), "pk"))
    sentences = [] if usages else [_("This partner has not said which words it uses. The glossary has the others.")]
    return Section(
        str(_("Their words")),
        sentences,
        [
            Table(
                _("What this partner says, and what partners agreed to say"),
                [_("They say"), _("Agreed wording"), _("What it means")],
                [
                    Row(
                        [each.wording, each.term.agreed_name, each.meaning or each.term.agreed_definition],
                        reverse("partners:term_detail", args=[each.term_id]),
                    )
                    for each in usages
                ],
            )
        ],
        why=_("The same word can mean two things at two partners."),
        url=reverse("partners:term_list", args=[partnership.area.slug]),
        source=_("The glossary"),
    )


def services(partnership: Partnership, today: date) -> Section:
    """Return its services; one query."""
    found = list(Service.objects.current().filter(partnership=partnership).order_by(Lower("name"), "pk"))
    stale = sum(each.is_stale(today) for each in found)
    sentences = [_("No services are listed.")]
    if found:
        first = ngettext("%(number)d service is listed.", "%(number)d services are listed.", len(found))
        more = ngettext(
            "%(stale)d was not confirmed in the last 6 months.",
            "%(stale)d were not confirmed in the last 6 months.",
            stale,
        )
        sentences = [first % {"number": len(found)}, *([more % {"stale": stale}] if stale else [])]
    return Section(
        str(_("Services")),
        sentences,
        [
            Table(
                _("Services of this partner"),
                [_("Service"), _("Who it serves"), _("How to get in"), _("Confirmed")],
                [
                    Row(
                        [
                            each.name,
                            each.audience or join_words(each.group_labels) or "-",
                            each.how_to_get_in or "-",
                            shortday(each.verified_on) if each.verified_on else _("Never"),
                        ],
                        reverse("partners:service_detail", args=[each.pk]),
                    )
                    for each in found
                ],
            )
        ],
        url=f"{reverse('partners:service_list', args=[partnership.area.slug])}?partner={partnership.pk}",
        source=_("Their services"),
    )


def people(partnership: Partnership, today: date) -> Section:
    """Return who speaks for it; one query."""
    rows = Representative.objects.current().filter(partnership=partnership).with_signing()
    found = list(rows.order_by("-kind", Lower("name"), "pk"))
    sentences = []
    if not found:
        sentences = [_("Nobody represents this partner yet.")]
    elif len(found) == 1:
        sentences = [_("One person represents this partner. If that person leaves, nobody speaks for it.")]
    return Section(
        str(_("People")),
        sentences,
        [
            Table(
                _("Who represents this partner"),
                [_("Name"), _("Role"), _("Title"), _("Phone"), _("Email"), _("Signs agreements")],
                [
                    Row(
                        [
                            each.name,
                            str(each.get_kind_display()),
                            each.job_title or "-",
                            each.phone or "-",
                            each.email or "-",
                            _("Yes") if each.signs_now else _("No"),  # type: ignore[attr-defined]
                        ],
                        reverse("partners:representative_detail", args=[each.pk]),
                    )
                    for each in found
                ],
            )
        ],
    )
