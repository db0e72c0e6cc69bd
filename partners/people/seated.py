"""Who holds a seat in some places: the people that may be mentioned, asked or told there."""

from django.db.models import Q, QuerySet

from onestop.accounts.models import User
from partners.models import Membership


def people_seated(*places: Q) -> QuerySet[User]:
    """Return the active people with a current seat that one of some conditions describes.

    Each condition is read by an index of its own; with one query for all of them, everybody's seats would be read.
    """
    first, *others = (Membership.objects.current().order_by().filter(place).values("user") for place in places)
    return User.objects.filter(pk__in=first.union(*others) if others else first, is_active=True)
