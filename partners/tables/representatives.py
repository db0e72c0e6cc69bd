"""The table of representatives."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop.ui.lists import Table
from onestop.ui.markup import format_html, format_html_join
from onestop.ui.presentation import chip, draw_icon, mailto, tel
from onestop.ui.row_values import address_of

KIND_ICONS = {"main": "person-check", "alternate": "person", "left": "person-dash"}
SIGN_ICONS = {"yes": "check-lg", "pending": "hourglass-split"}


class RepresentativeTable(Table):
    """Representatives of the partners of an area. Needs partnership__organization, user and with_signing."""

    row_header = "name"
    caption = _("Representatives")
    picks = True

    name = tables.Column(verbose_name=_("Person"))
    partner = tables.Column(accessor="partnership__organization__name", verbose_name=_("Partner"))
    kind = tables.Column(verbose_name=_("Role"))
    signs = tables.Column(accessor="signs_now", verbose_name=_("Signatory"), order_by="signs_now")
    contact = tables.Column(accessor="email", verbose_name=_("Contact"), orderable=False, empty_values=())
    account = tables.Column(accessor="user_id", verbose_name=_("Account"), empty_values=())

    class Meta(Table.Meta):
        sequence = ("name", "partner", "kind", "signs", "contact", "account")

    def render_name(self, record: Any) -> SafeString:
        url = address_of("partners:representative_detail", record.pk)
        person = {"name": record.name, "role": record.job_title, "url": url, "small": False}
        return render_to_string("components/person.html", person)

    def render_partner(self, record: Any) -> SafeString:
        url = address_of("partners:partnership_detail", record.partnership_id)
        return format_html('<a href="{}">{}</a>', url, record.partnership.organization.name)

    def render_kind(self, record: Any) -> SafeString:
        if record.is_archived:
            return chip("rest", gettext("Has left"), KIND_ICONS["left"])
        words = gettext("Main") if record.kind == "main" else gettext("Alternate")
        return format_html('<span class="op-nowrap">{} {}</span>', draw_icon(KIND_ICONS[record.kind]), words)

    def render_signs(self, value: bool, record: Any) -> SafeString:
        if record.is_signatory and not value:
            return chip("soon", gettext("Pending"), SIGN_ICONS["pending"])
        yes = format_html('<span class="op-nowrap">{} {}</span>', draw_icon(SIGN_ICONS["yes"]), gettext("Yes"))
        return yes if value else format_html('<span class="op-muted">{}</span>', gettext("No"))

    def render_contact(self, record: Any) -> SafeString | str:
        name, _, host = record.email.partition("@")
        # A long address breaks at its middle first.
        email = format_html('<a class="op-breaks" href="{}">{}@<wbr>{}</a>', mailto(record.email), name, host)
        address = tel(record.phone)
        dial = format_html('<a class="op-nowrap" href="{}">{}</a>', address, record.phone) if address else record.phone
        known = [email] * bool(record.email) + [dial] * bool(record.phone)
        return format_html_join("", "<div>{}</div>", ((way,) for way in known)) if known else gettext("Not provided")

    def render_account(self, record: Any) -> SafeString | str:
        return gettext("Yes") if record.user_id else format_html('<span class="op-muted">{}</span>', gettext("No"))

    def order_name(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        return queryset.order_by(Lower("name").desc() if is_descending else Lower("name").asc()), True

    def order_partner(self, queryset: QuerySet, is_descending: bool) -> tuple[QuerySet, bool]:
        partner = Lower("partnership__organization__name")
        # The main representative of a partner goes first.
        return queryset.order_by(partner.desc() if is_descending else partner.asc(), "-kind", Lower("name")), True
