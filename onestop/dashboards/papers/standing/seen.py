"""What others see of a partner: the public, other partners, and the board."""

from datetime import date

from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onestop.dashboards.papers.section import Mark, Row, Section, Table
from partners.models import Partnership, Representative, Service


def section(partnership: Partnership, today: date) -> Section:
    """Return what others see of a partner on a day; two queries."""
    public = list(Service.objects.in_directory().filter(partnership=partnership).order_by(Lower("name"), "pk"))
    people = Representative.objects.current().filter(partnership=partnership).count()
    detail = reverse("partners:partnership_detail", args=[partnership.pk])
    services = ngettext(
        "%(number)d service with who qualifies, hours and how to get in",
        "%(number)d services with who qualifies, hours and how to get in",
        len(public),
    ) % {"number": len(public)}
    named = ngettext(
        "%(number)d representative with phone and email",
        "%(number)d representatives with phone and email",
        people,
    ) % {"number": people}
    contact = partnership.contact_phone or partnership.contact_email or _("no phone and no email")
    return Section(
        str(_("What others see of us")),
        [],
        [
            Table(
                _("Who sees what"),
                [_("Who"), _("What they see")],
                [
                    Row(
                        [_("The public"), f"{services}; {contact}"],
                        reverse("partners:directory"),
                    ),
                    Row(
                        [_("Other partners"), _("%(people)s; services, hours, engagement score") % {"people": named}],
                        detail,
                    ),
                    Row(
                        [
                            _("The board"),
                            _(
                                "The same, agreements, attendance and the engagement score of the organization. "
                                "It never sees scores of persons."
                            ),
                        ],
                        reverse("dashboards:briefing", args=[partnership.pk]),
                    ),
                ],
            ),
            Table(
                _("Services in the public directory"),
                [_("Service"), _("Confirmed")],
                [
                    Row(
                        [each.name, _confirmed(each, today)],
                        reverse("partners:service_detail", args=[each.pk]),
                    )
                    for each in public
                ],
            ),
        ],
    )


def _confirmed(service: Service, today: date) -> Mark:
    if service.is_stale(today):
        return Mark("soon", str(_("May be out of date")), "clock-history")
    return Mark("good", str(_("In the last 6 months")))
