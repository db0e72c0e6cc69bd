"""Comments on agreements and on each clause. Importing this module registers them."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement, Clause, Party
from onestop.accounts.models import User
from onestop.comments.subjects import CommentSubject, register_subject
from partners.models import Role
from partners.people.seated import people_seated


def people_of(agreement: Agreement) -> QuerySet[User]:
    """Return the active people who see an agreement: staff, and in review also its parties and the board."""
    staff = Q(role=Role.STAFF, area=agreement.area_id)
    if agreement.status == Agreement.Status.DRAFT:
        return people_seated(staff)
    parties = Party.objects.current().filter(agreement=agreement, partnership__isnull=False)
    return people_seated(
        staff,
        Q(role=Role.BOARD, area=agreement.area_id),
        Q(partnership__in=parties.values("partnership")),
        Q(organization__in=parties.values("partnership__organization")),
    )


def _staff_of(agreement: Agreement) -> QuerySet[User]:
    return people_seated(Q(role=Role.STAFF, area=agreement.area_id))


register_subject(
    CommentSubject(
        "agreement",
        Agreement,
        rows=lambda: Agreement.objects.select_related("area__state"),
        name=str,
        people=people_of,
        scope=lambda agreement: agreement.area,
        told=_staff_of,
    )
)


def _clause_name(clause: Clause) -> str:
    return _("“%(clause)s” of %(agreement)s") % {"clause": clause.title, "agreement": clause.agreement.number}


register_subject(
    CommentSubject(
        "clause",
        Clause,
        rows=lambda: Clause.objects.select_related("agreement__area__state"),
        name=_clause_name,
        people=lambda clause: people_of(clause.agreement),
        scope=lambda clause: clause.agreement.area,
        told=lambda clause: _staff_of(clause.agreement),
        page=lambda clause: reverse("agreements:clause_detail", args=[clause.pk]),
    )
)
