"""A page of every component with all its states, for those who build pages. Not available in production."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from onestop.ui.form_fields import explain_choices
from onestop.ui.gallery_charts import sample_charts
from onestop.ui.lists import BulkAction, Table
from onestop.ui.markup import format_html
from onestop.ui.navigation import Count, Link
from onestop.ui.presentation import chip, money
from onestop.ui.rich_text import render as render_rich_text
from onestop.ui.rich_text_input import RichTextInput

SAMPLES = json.loads(Path(__file__).with_suffix(".json").read_text())
COMMITMENTS = {
    "referral": ("Referral", "Refers customers and accepts referrals, by phone or appointment"),
    "presence": ("Regular presence", "Staff are in the center on set days"),
    "linkage": ("Direct linkage", ""),
}


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(help_text="As it appears on the first page.", max_length=80)
    ends_on = forms.DateField(label="End", help_text="At most three years after the beginning.")
    commitment = forms.ChoiceField(
        label="Commitment of the partner",
        choices=[(value, words[0]) for value, words in COMMITMENTS.items()],
        widget=forms.RadioSelect,
    )
    languages = forms.MultipleChoiceField(required=False, choices=[(word, word) for word in SAMPLES["languages"]])
    funding = forms.MultipleChoiceField(
        label="Paid by", required=False, choices=[("adult", "Title I Adult"), ("youth", "Title I Youth"), ("vr", "VR")]
    )
    center = forms.ChoiceField(choices=[("", "Choose one"), ("c", "Center Street"), ("m", "Millpond")], required=False)
    seats = forms.IntegerField(required=False)
    description = forms.CharField(widget=forms.Textarea, required=False, max_length=1000)
    purpose = forms.CharField(
        required=False, max_length=500, widget=RichTextInput(merge_fields=SAMPLES["merge_fields"])
    )
    signed_copy = forms.FileField(required=False)
    is_public = forms.BooleanField(
        label="Show to everyone", help_text="Including people without an account.", required=False
    )


class SampleFilters(forms.Form):
    """A filter bar's fields."""

    q = forms.CharField(label="Name, service or person", required=False, max_length=200)
    program = forms.ChoiceField(choices=[("", "Any program"), ("vr", "VR")], required=False)
    kind = forms.MultipleChoiceField(choices=[("r", "Referral"), ("c", "Co-located")], required=False)


class SampleTable(Table):
    """Partners, as a list shows them."""

    name = tables.Column("Partner")
    status = tables.Column()
    speaker = tables.Column("Main representative")
    fresh = tables.Column("Services confirmed", attrs={"td": {"class": "is-num"}})
    share = tables.Column("Cost share", attrs={"td": {"class": "is-num"}})

    row_header = "name"
    caption = "Partners"
    picks = True

    def render_name(self, value: str, record: dict[str, Any]) -> str:
        return format_html('<a href="#">{}</a><span class="op-table__sub">{}</span>', value, record["program"])

    def render_share(self, value: str) -> str:
        return money(Decimal(value))

    def render_status(self, value: list[str]) -> str:
        return chip(*value)


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """Show every component; with ``?say``, also the messages after an action."""
    if "say" in request.GET:
        messages.success(request, "Reminder sent to two signers.")
        messages.error(request, "One reminder could not be sent: the address bounced on Monday.")
    now = timezone.now()
    context = {
        "title": "Components",
        "nav": sample_navigation(),
        "now": now,
        "soon": now + timedelta(days=15),
        "past": now - timedelta(days=9),
        "charts": sample_charts(),
        "form": sample_form(),
        "wrong": sample_form({"title": "Umbrella MOU", "ends_on": "soon", "seats": "many", "description": "Ours"}),
        "rich_text": render_rich_text(SAMPLES["rich_text"], fields=SAMPLES["merge_fields"]),
    }
    return render(request, "components/gallery.html", SAMPLES | sample_list(request) | context)


@login_not_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Show the confirmation of an action that cannot be undone."""
    context = {
        "title": "Void this and start over?",
        "act": "Void it",
        "consequences": ["20 signatures become invalid, and 22 people are notified. This cannot be undone."],
        "cancel_url": reverse("components"),
        "nav": sample_navigation(),
    }
    return render(request, "layouts/confirm.html", context)


@login_not_required
def progress(request: HttpRequest) -> HttpResponse:
    """Return the progress of long work that has ended."""
    context = {"label": "Partners read", "value": 22, "max": 22, "kind": "good", "note": "22 partners, none left out."}
    return render(request, "components/progress.html", context)


def sample_form(data: dict[str, str] | None = None) -> SampleForm:
    """Return the form, empty or with data."""
    sent = {f"wrong-{name}": value for name, value in (data or {}).items()}
    form = SampleForm(sent, prefix="wrong") if sent else SampleForm(initial={"purpose": SAMPLES["rich_text"]})
    explain_choices(form.fields["commitment"], {value: words[1] for value, words in COMMITMENTS.items()})
    return form


def sample_list(request: HttpRequest) -> dict[str, Any]:
    """Return the context of a list page, as onestop.ui.lists does."""
    table = SampleTable(SAMPLES["rows"], request=request, order_by="name")
    table.paginate(page=1, per_page=2)
    return {
        "filter": SimpleNamespace(form=SampleFilters({"kind": ["r"]})),
        "table": table,
        "first_shown": 1,
        "last_shown": 2,
        "applied": [SimpleNamespace(label="Kind", value="Referral", without="?")],
        "export_urls": [("csv", "?export=csv"), ("xlsx", "?export=xlsx")],
        "per_page_choices": [(25, "?per_page=25"), (50, "?per_page=50")],
        "bulk_actions": [BulkAction(label="Request confirmation", url="#", icon="envelope")],
    }


def sample_navigation() -> SimpleNamespace:
    """Return the navigation as staff see it, whoever is signed in."""
    home = Link("Home", icon="house", url="#", count=Count(9, "to do", attention=True), tab=1)
    partners = Link("Partners", icon="people", url="#", count=Count(22, "in all"), current=True, tab=2)
    services = Link("Services", icon="card-checklist", url="#", count=Count(70, "in all"), tab=3)
    centers = Link("Centers", icon="building", url="#", tab=4)
    return SimpleNamespace(
        user=get_user_model()(name="Dana Whitcomb", email="dana@riverbend.example"),
        area=SimpleNamespace(name="Riverbend", board_name="Riverbend Workforce Board"),
        area_links=[
            Link("Riverbend", icon="check2", url="#", current=True),
            Link("Lower Tanager Valley", icon="geo-alt", url="#"),
        ],
        groups=[
            ("", [home]),
            ("Network", [partners, services, centers]),
            ("Administration", [Link("Imports", icon="upload", url="#")]),
        ],
        tabs=[home, partners, services, centers],
        person=[Link("Your profile", icon="person", url="#"), Link("Security", icon="shield-lock", url="#")],
        public=[Link("Find a service", icon="box-arrow-up-right", url="#")],
        has_more_areas=False,
        is_elsewhere=False,
        is_signed_in=True,
    )


urlpatterns = [
    path("", components, name="components"),
    path("confirm/", confirm, name="components_confirm"),
    path("progress/", progress, name="components_progress"),
]
