"""Signatures as to-do items: what a person is to sign, and what the staff must do so that others can."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Delegation, SignatureRequest, SigningLink
from onestop.ui.small_queries import SmallQuery
from onestop.ui.todo import NOW, SOON, TodoItem, TodoPart
from onestop.ui.written_queries import Row, written_once
from partners.models import LocalArea, Tenure

Status = SignatureRequest.Status


# ---------------------------------------------------------------- Who signs
def to_sign(user: Any, area: LocalArea, today: date) -> list[TodoPart]:
    """Return what waits for the signature of a person in an area."""
    return [SmallQuery(_waiting_for(user.pk, user.email.lower(), area.pk, today), _items_to_sign)]


@written_once
def _waiting_for(user: int, email: str, area: int, today: date) -> QuerySet[Any, Any]:
    held = Tenure.objects.on(today).filter(office=OuterRef("office"), user=user)
    delegated = Delegation.objects.filter(request=OuterRef("pk"), status="confirmed")
    to_me = delegated.annotate(address=Lower("email")).filter(address=email)
    rows = SignatureRequest.objects.of_live_sendings().filter(status=Status.OPEN, agreement__area=area)
    mine = rows.filter(Exists(held) & ~Exists(delegated) | Exists(to_me))
    facts = {"agreement_title": F("agreement__title"), "sign_by": F("sending__sign_by")}
    return mine.order_by("opened_at", "pk").values("pk", "title", **facts)


def _items_to_sign(rows: list[Row]) -> Iterator[TodoItem]:
    for row in rows:
        url = reverse("agreements:sign", args=[row["pk"]])
        what = _("Sign %(agreement)s") % {"agreement": row["agreement_title"]}
        why = _("You sign as %(title)s.") % {"title": row["title"]}
        yield TodoItem(NOW, "pen", what, why, url, _("Read and sign"), due_on=row["sign_by"])


# ---------------------------------------------------------------- The staff
def stuck(area: LocalArea, today: date) -> list[TodoPart]:
    """Return the agreements out for signature on which somebody declined, delegated, or left the office."""
    return [SmallQuery(_stuck(area.pk, today), _stuck_items)]


@written_once
def _stuck(area: int, today: date) -> QuerySet[Any, Any]:
    links = SigningLink.objects.unrevoked().filter(request=OuterRef("pk")).values("email")
    held = Tenure.objects.on(today).filter(office=OuterRef("office"))
    same = held.filter(Q(user__email__iexact=OuterRef("asked")) | Q(user=None, email__iexact=OuterRef("asked")))
    delegations = Delegation.objects.filter(request=OuterRef("pk"))
    rows = SignatureRequest.objects.of_live_sendings().filter(agreement__area=area, agreement__status="signing")
    changed = Q(status=Status.OPEN) & ~Exists(same) & ~Exists(delegations.filter(status="confirmed"))
    asked = Q(status=Status.OPEN) & Exists(delegations.filter(status="asked"))
    found = rows.annotate(asked=Subquery(links[:1])).filter(Q(status=Status.DECLINED) | changed | asked)
    counted = found.order_by().values("agreement", number=F("agreement__number")).annotate(signatures=Count("pk"))
    return counted.order_by("number")


def _stuck_items(rows: list[Row]) -> Iterator[TodoItem]:
    for row in rows:
        what = ngettext(
            "%(signatures)d signature on %(number)s needs you",
            "%(signatures)d signatures on %(number)s need you",
            row["signatures"],
        )
        why = _("Somebody declined, named another person, or no longer holds the office.")
        url = f"{reverse('agreements:agreement_detail', args=[row['agreement']])}#signatures"
        yield TodoItem(SOON, "person-exclamation", what % row, why, url, _("View signatures"))
