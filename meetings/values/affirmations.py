"""A partner affirms the shared values, for a year."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from meetings.models import Affirmation, ValuesStatement
from meetings.values.statements import CannotKeepValues
from onestop.accounts.models import User
from onestop.history.tracking import recorded
from onestop.ui.presentation import day
from partners.models import Partnership

AHEAD = timedelta(days=60)  # before an affirmation lapses, it can be renewed


def year_after(on: date) -> date:
    """Return the same day of the next year; of February 29, the 28th."""
    try:
        return on.replace(year=on.year + 1)
    except ValueError:
        return on.replace(year=on.year + 1, day=28)


@recorded
def affirm_values(partnership: Partnership, *, text: str = "", by: User, at: datetime) -> Affirmation:
    """Record that a partner affirms the values in force, perhaps in its own words; it lasts for a year.

    :raises CannotKeepValues: if the partner has left, no values are adopted, or its last affirmation holds for more
        than 60 days.
    """
    # Lock: a form that is sent twice affirms once.
    rows = Partnership.objects.select_for_update(of=("self",), no_key=True).select_related("area", "organization")
    partnership = rows.get(pk=partnership.pk)
    today = at.astimezone(partnership.area.zone).date()
    if partnership.is_archived:
        words = _("%(partner)s is not a partner any more.")
        raise CannotKeepValues(words % {"partner": partnership.organization.name})
    statement = ValuesStatement.objects.in_force(partnership.area, today).first()
    if statement is None:
        raise CannotKeepValues(_("This area has not adopted shared values yet."))
    last = Affirmation.objects.filter(statement=statement, partnership=partnership).order_by("-lasts_until").first()
    if last and (last.affirmed_on == today or last.lasts_until > today + AHEAD):
        words = _("%(partner)s affirmed the values already. The affirmation holds until %(day)s.")
        facts = {"partner": partnership.organization.name, "day": day(last.lasts_until, "plain")}
        raise CannotKeepValues(words % facts)
    return Affirmation.objects.create(
        statement=statement, partnership=partnership, affirmed_on=today, lasts_until=year_after(today), text=text,
        name=by.name, by=by, at=at,
    )  # fmt: skip
