"""Tell a person that they were given the right to approve money, or that it was withdrawn."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from agreements.models import MoneyApprover
from onestop.accounts.models import User
from onestop.notices import outbox
from onestop.notices.messages import Message
from onestop.notices.models import Notice
from onestop.notices.notify import notify_many
from onestop.ui.sentences import retold as _
from partners.models import LocalArea

RIGHT = "agreements.money_right"
GIVEN, WITHDRAWN = "given", "withdrawn"


def tell_given(right: MoneyApprover, *, by: User | None, at: datetime) -> None:
    """Tell the person that they may approve money."""
    _tell(right, GIVEN, by, at)


def tell_withdrawn(right: MoneyApprover, *, by: User | None, at: datetime) -> None:
    """Tell the person that they can no longer approve money, unless they withdrew it themselves."""
    given = Notice.objects.filter(kind=RIGHT).about(right)
    outbox.withdraw(given, why=_("The right was withdrawn."))
    if by is None or by.pk != right.user_id:
        _tell(right, WITHDRAWN, by, at)


def facts_of(right: MoneyApprover, what: str, by: User | None) -> dict[str, Any]:
    """Return what a mail says of a right.

    :param what: ``GIVEN`` or ``WITHDRAWN``.
    """
    place = right.partnership.organization if right.partnership else right.area
    return {"what": what, "place": place, "by": by, "area": _area_of(right), "recipient": right.user}


def _area_of(right: MoneyApprover) -> LocalArea:
    if right.area is not None:
        return right.area
    assert right.partnership is not None
    return right.partnership.area


def _tell(right: MoneyApprover, what: str, by: User | None, at: datetime) -> None:
    area = _area_of(right)
    message = Message(
        kind=RIGHT,
        key=f"{RIGHT}:{right.pk}:{what}",
        to=right.user,
        about=[right, area],
        scope=area,
        context=facts_of(right, what, by),
        why=_("The right to approve money is given to you by name."),
        path=reverse("agreements:money_approvers", args=[area.slug]),
        zone=area.zone,
    )
    notify_many([message], at=at)
