"""Context of the pages of people and organizations: area, tabs, rights, email status."""

from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat, Lower
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.notices.models import Notice
from partners.models import Invitation, LocalArea, Organization
from partners.network.current_area import show_area
from partners.people import accounts, invitations
from partners.people.single_person_risk import Risk
from partners.rules import may


def show_area_of(request: HttpRequest, organization: Organization) -> LocalArea | None:
    """Show an organization in an area that the person sees, preferably the current one."""
    rows = LocalArea.objects.visible_to(request.user).select_related("state")
    areas = list(rows.filter(partnerships__organization=organization, partnerships__archived_at=None).order_by("pk"))
    known = next((area for area in areas if area.slug == request.session.get("area")), None)
    area = known or (areas[0] if areas else None)
    return show_area(request, area) if area else None


def show_last_area(request: HttpRequest) -> LocalArea | None:
    """Show a page that has no area in the area that the person visited last."""
    rows = LocalArea.objects.visible_to(request.user).select_related("state")
    known = rows.filter(slug=request.session.get("area") or "").first()
    area = known or rows.order_by(Lower("name"), "pk").first()
    return show_area(request, area) if area else None


def accounts_tabs(request: HttpRequest, area: LocalArea) -> list[dict[str, Any]]:
    """Return the tabs of an area's people: accounts and invitations."""
    seats = reverse("partners:seat_list", args=[area.slug])
    tabs = [
        {"label": _("Accounts"), "url": seats, "current": request.path == seats,
         "count": accounts.accounts_of(area).count()},
    ]  # fmt: skip
    if may(request.user, "partners.manage_accounts", area):
        invited = reverse("partners:invitation_list", args=[area.slug])
        waiting = Invitation.objects.in_area(area).waiting(timezone.now()).count()
        tabs.append({"label": _("Invitations"), "url": invited, "current": request.path == invited, "count": waiting})
    return tabs


def with_rights(request: HttpRequest, risks: Iterable[Risk]) -> list[tuple[Risk, bool]]:
    """Return each risk with whether the reader may add or invite a second person."""
    return [(risk, may(request.user, "partners.add_representative", risk.partnership)) for risk in risks]


def with_mail(rows: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Annotate the status of the last email, and select the place."""
    key = Concat(
        Value("invitation:"), Cast(OuterRef("pk"), CharField()), Value(":"), Cast(OuterRef("times_sent"), CharField())
    )
    mail = Notice.objects.filter(dedupe_key=key)
    return rows.annotate(
        mail_status=Subquery(mail.values("status")[:1]), mail_error=Subquery(mail.values("last_error")[:1])
    ).select_related(*invitations.PLACES_WHOLE, "invited_by")
