"""Every component with all its states on one page, for those who build pages. Not shown in production."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, NamedTuple

import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from onestop.fields import explain_choices
from onestop.lists import BulkAction, Table
from onestop.pages import Count, Link
from onestop.presentation import chip


class Person(NamedTuple):
    """Somebody who is signed in."""

    name: str
    email: str

    def __str__(self) -> str:
        return self.name


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(help_text="As it should stand on the first page.", max_length=80)
    ends_on = forms.DateField(
        label="Ends on", help_text="At most three years after the beginning.", widget=forms.DateInput
    )
    commitment = forms.ChoiceField(
        label="Commitment of the partner",
        choices=[("referral", "Referral"), ("presence", "Regular presence"), ("linkage", "Direct linkage")],
        widget=forms.RadioSelect,
    )
    languages = forms.MultipleChoiceField(
        required=False,
        choices=[(word.lower(), word) for word in ("English", "Spanish", "Vietnamese", "Ukrainian", "Hmong", "Arabic", "Somali",
                 "Tagalog", "Marshallese", "Korean", "Russian", "Punjabi", "American Sign Language")],
    )  # fmt: skip
    funding = forms.MultipleChoiceField(
        label="Paid by", required=False, choices=[("adult", "Title I Adult"), ("youth", "Title I Youth"), ("vr", "VR")]
    )
    center = forms.ChoiceField(choices=[("", "Choose one"), ("c", "Center Street"), ("m", "Millpond")], required=False)
    seats = forms.IntegerField(required=False)
    description = forms.CharField(widget=forms.Textarea, required=False)
    file = forms.FileField(label="Signed copy", required=False)
    is_public = forms.BooleanField(
        label="Show to everybody", help_text="Also to people without an account.", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        explain_choices(
            self.fields["commitment"],
            {
                "referral": "They send and take customers, by phone or appointment",
                "presence": "They sit in the center on set days",
            },
        )


class FilterForm(forms.Form):
    """A filter bar's fields."""

    q = forms.CharField(
        label="Name, service or person", required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    program = forms.ChoiceField(choices=[("", "Any program"), ("vr", "VR")], required=False)
    commitment = forms.MultipleChoiceField(choices=[("r", "Referral"), ("c", "Co-located")], required=False)


class SampleTable(Table):
    """Partners, as a list shows them."""

    name = tables.Column("Partner")
    status = tables.Column()
    speaker = tables.Column("Speaks for them")
    fresh = tables.Column("Services fresh", attrs={"td": {"class": "is-num"}})
    share = tables.Column("Cost share", attrs={"td": {"class": "is-num"}})

    row_header = "name"
    caption = "Partners"
    picks = True

    def render_name(self, value: str, record: dict[str, Any]) -> str:
        return format_html('<a href="#">{}</a><span class="op-table__sub">{}</span>', value, record["program"])

    def render_status(self, value: tuple[str, str]) -> str:
        return chip(*value)


def _rows() -> list[dict[str, Any]]:
    return [
        {"pk": 1, "name": "Crosswalk Legal Aid", "program": "Joined by choice", "status": ("good", "Active"), "speaker": "Bea Norling", "fresh": "3 of 3", "share": Decimal("1204.5")},  # noqa: E501
        {"pk": 2, "name": "Division of Rehabilitation Services", "program": "VR", "status": ("good", "Active"), "speaker": "Marisol Vega", "fresh": "5 of 6", "share": Decimal("46831.87")},  # noqa: E501
        {"pk": 3, "name": "Golden Bridge Senior Employment", "program": "SCSEP", "status": ("now", "Lapsed"), "speaker": "Art Delacroix", "fresh": "1 of 4", "share": Decimal(0)},  # noqa: E501
        {"pk": 4, "name": "Harvest Road Farmworker Services", "program": "NFJP", "status": ("soon", "Expiring"), "speaker": "Luz Ferrand", "fresh": "2 of 3", "share": Decimal("310.00")},  # noqa: E501
    ]  # fmt: skip


def _sample_navigation() -> SimpleNamespace:
    def link(label: str, icon: str, count: Count | None = None, *, current: bool = False, tab: int = 0) -> Link:
        return Link(label, icon, "#", current, count, tab)

    home = link("Home", "house", Count(9, "need you", attention=True), tab=1)
    partners = link("Partners", "people", Count(22), current=True, tab=2)
    services, centers = link("Services", "card-checklist", Count(70), tab=3), link("Centers", "building", tab=4)
    area = SimpleNamespace(name="Riverbend", board_name="Riverbend Workforce Board", slug="riverbend")
    return SimpleNamespace(
        user=Person("Dana Whitcomb", "dana@riverbend.example"),
        area=area,
        area_links=[
            Link("Riverbend", "check2", "#", True, None, 0),
            Link("Lower Tanager Valley", "geo-alt", "#", False, None, 0),
        ],
        has_more_areas=False,
        groups=[
            ("", [home]),
            ("Network", [partners, services, centers]),
            ("Administration", [link("Imports", "upload")]),
        ],
        tabs=[home, partners, services, centers],
        person=[link("Your profile", "person"), link("Sign-in and security", "shield-lock")],
        public=[link("Find a service", "box-arrow-up-right")],
        is_elsewhere=False,
        is_signed_in=True,
    )


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    now = timezone.now()
    if "say" in request.GET:
        messages.success(request, "Reminder sent to two signers.")
        messages.error(request, "One reminder could not be sent: the address bounced on Monday.")
    wrong = SampleForm(
        {"title": "Umbrella MOU", "ends_on": "soon", "seats": "many", "commitment": "none"}, prefix="wrong"
    )
    table = SampleTable(_rows(), request=request, order_by="name")
    table.paginate(page=1, per_page=2)
    return render(
        request,
        "components/gallery.html",
        {
            "title": "Components",
            "nav": _sample_navigation(),
            "now": now,
            "soon": now + timedelta(days=15),
            "past": now - timedelta(days=9),
            "form": SampleForm(),
            "wrong": wrong,
            "filter": SimpleNamespace(form=FilterForm(request.GET or {"q": "", "commitment": ["r"]})),
            "table": table,
            "first_shown": 1,
            "last_shown": 2,
            "applied": [SimpleNamespace(label="Commitment", value="Referral", without="?")],
            "export_urls": [("csv", "?export=csv"), ("xlsx", "?export=xlsx")],
            "per_page_choices": [(25, "?per_page=25"), (50, "?per_page=50")],
            "bulk_actions": [BulkAction(label="Ask to confirm services", url="#", icon="envelope")],
            "needs": _needs(),
            "figures": _figures(),
            "checks": [
                {"state": "met", "what": "Referral methods", "where": "Met in clause 4", "url": "#"},
                {"state": "part", "what": "Access for people with barriers", "where": "Partly: no technology named"},
                {"state": "missing", "what": "Shared services", "where": "Missing", "law": "20 CFR 678.500(b)(1)"},
            ],
            "steps": [
                {"what": "Draft", "note": "Sep 14 to Oct 2", "state": "done"},
                {"what": "Review", "note": "22 partners, 12 days", "state": "done"},
                {"what": "Signatures", "note": "20 of 22", "state": "here"},
                {"what": "In force", "note": "Fri, Jan 1, 2027"},
            ],
            "events": [
                {
                    "what": "changed Assistive technology loans",
                    "who": "Terrence Okafor",
                    "when": "Tue, Nov 17, 2026, 2:12 PM EST",
                    "kind": "way",
                    "icon": "pencil",
                    "before": "Loans are for up to 30 days. Bring your VR plan.",
                    "after": "Loans are for up to 45 days. Bring a photo ID and your VR plan.",
                },
                {
                    "what": "signed",
                    "who": "Marisol Vega",
                    "when": "Tue, Nov 10, 2026, 4:05 PM EST",
                    "kind": "good",
                    "icon": "check-circle-fill",
                },
                {"what": "Next reminder", "when": "Wed, Nov 25, 2026"},
            ],  # fmt: skip
            "changes": [
                ("Telephone", "(555) 010-0142", "(555) 010-0177"),
                ("Cost", "", "Free"),
                ("Note", "Old words", ""),
            ],
            "facts": [
                ("Framework", "Hosted by the partner within the One-Stop"),
                ("Commitment", "Regular presence, 24 hours a week"),
                ("Fax", ""),
            ],
            "before": "Loans are for up to 30 days. Bring your VR plan.",
            "after": "Loans are for up to 45 days. Bring a photo ID and your VR plan.",
            "tabs": [
                {"label": "Overview", "url": "#", "current": True},
                {"label": "Services", "url": "#", "count": 6},
                {"label": "History", "url": "#"},
            ],
            "crumbs": [("Partners", "#")],
        },
    )


@login_not_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Show how we ask before what cannot be undone."""
    return render(
        request,
        "layouts/confirm.html",
        {
            "title": "Void this and start over?",
            "act": "Void it",
            "consequences": [
                "20 signatures will no longer count, and 22 people will be told why. This cannot be undone."
            ],
            "cancel_url": reverse("components"),
            "nav": _sample_navigation(),
        },
    )


@login_not_required
def progress(request: HttpRequest) -> HttpResponse:
    """Answer as long work does when it is done."""
    context = {
        "label": "Partners read",
        "value": 22,
        "max": 22,
        "kind": "good",
        "note": "Done: 22 partners, nothing left out.",
    }
    return render(request, "components/progress.html", context)


def _needs() -> list[dict[str, Any]]:
    return [
        {"label": "Late", "icon": "exclamation-octagon", "items": [
            {"kind": "now", "icon": "receipt", "what": "Reconciliation of Jul to Sep is not issued", "why": "Two of five pools still wait for actual cost.", "url": "#", "do": "Enter cost", "main": True},  # noqa: E501
        ]},
        {"label": "Before Friday", "icon": "clock", "items": [
            {"kind": "soon", "icon": "pen", "what": "IFA amendment 1 waits for two signatures", "why": "20 of 22 have signed.", "url": "#", "do": "Remind"},  # noqa: E501
            {"icon": "journal-check", "what": "Approve minutes of the One-Stop committee", "why": "Draft from Tue, Nov 17, 2026.", "url": "#", "do": "Read"},  # noqa: E501
        ]},
    ]  # fmt: skip


def _figures() -> list[dict[str, Any]]:
    return [
        {"label": "Partners", "value": 22, "url": "#", "trend": "No change since July", "note": "13 carry required programs."},
        {"label": "Required programs covered", "value": 17, "rest": "of 19", "url": "#", "trend": "YouthBuild has no partner", "trend_kind": "soon", "trend_icon": "exclamation-triangle", "note": "Native American programs are not carried out here."},  # noqa: E501
        {"label": "Services confirmed", "value": "61", "rest": "of 70", "url": "#", "trend": "Up 9 since August", "trend_kind": "good", "trend_icon": "arrow-up", "note": "A partner said “still right” in the last six months."},  # noqa: E501
    ]  # fmt: skip


urlpatterns = [
    path("", components, name="components"),
    path("confirm/", confirm, name="components_confirm"),
    path("progress/", progress, name="components_progress"),
]
