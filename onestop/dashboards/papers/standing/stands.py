"""Where a partner stands: agreements, cost shares, services, meetings, action items, goals, engagement, people."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import CostShare, FundingBudget, PartnerStatement, Payer, Stage
from agreements.terms.standings import EXPIRING, LAPSED
from meetings.models import ActionItem, GoalPartner, Group, GroupSeat
from meetings.turnout.reading import since_months, turnouts_of
from onestop.dashboards.board.times import end_of
from onestop.dashboards.engagement.score import scores_of
from onestop.dashboards.papers.briefing.agreements import agreements_of, goals_of
from onestop.dashboards.papers.section import Row, Section, Table, address
from onestop.dashboards.papers.sections.engagement import score_in_words
from onestop.ui.presentation import money
from partners.models import Partnership, Representative, Service

MONTHS = 12
SEVERAL = gettext_lazy("%(part)d of %(whole)d")


def section(partnership: Partnership, today: date) -> Section:
    """Return where a partner stands on a day; a fixed number of queries."""
    return Section(
        str(_("How we stand")),
        [],
        [
            Table(
                _("Where this partner stands"),
                [_("What"), _("Now"), _("What this means")],
                list(_rows(partnership, today)),
            )
        ],
    )


def _rows(partnership: Partnership, today: date) -> Iterator[Row]:
    yield _agreements(partnership, today)
    yield from _cost_shares(partnership, today)
    yield _services(partnership, today)
    yield _meetings(partnership, today)
    yield _actions(partnership, today)
    yield _goals(partnership)
    score = scores_of(partnership.area, today).get(partnership.pk)
    meaning = _("The share of what you owed in 12 months and did. Late counts half.")
    url = address("dashboards:partner_engagement", partnership.pk)
    yield Row([_("Engagement, of 100"), score_in_words(score), meaning], url)
    yield _people(partnership)


def _agreements(partnership: Partnership, today: date) -> Row:
    standings = [standing for _agreement, standing in agreements_of(partnership, today)]
    facts = {
        "soon": sum(each.code == EXPIRING for each in standings),
        "lapsed": sum(each.code == LAPSED for each in standings),
    }
    url = reverse("partners:partnership_detail", args=[partnership.pk])
    meaning = _("End within 270 days: %(soon)d. Lapsed: %(lapsed)d.") % facts
    return Row([_("Agreements in force"), str(sum(each.holds for each in standings)), meaning], f"{url}#agreements")


def _cost_shares(partnership: Partnership, today: date) -> Iterator[Row]:
    """Yield the newest budget by which it pays; three queries."""
    rows = Payer.objects.current().filter(
        partnership=partnership, budget__status=FundingBudget.Status.ADOPTED, budget__first_on__lte=today
    )
    payer = rows.select_related("budget__agreement").order_by("-budget__first_on", "pk").first()
    if payer is None:
        return
    share = CostShare.objects.filter(payer=payer, stage=Stage.PLAN).aggregate(sum=Sum("amount"))["sum"] or 0
    statements = PartnerStatement.objects.filter(payer=payer, is_current=True).order_by("-period__number")
    latest = statements.values_list("balance", flat=True).first()
    meaning = _("No statement yet.")
    if latest is not None:
        meaning = _("Balance of the last statement: %(balance)s.") % {"balance": money(latest)}
    url = reverse("partners:partnership_detail", args=[partnership.pk])
    what = _("Cost share, %(year)s") % {"year": payer.budget}
    yield Row([what, money(share), meaning], f"{url}#cost-shares")


def _services(partnership: Partnership, today: date) -> Row:
    rows = Service.objects.current().filter(partnership=partnership)
    total, fresh = rows.count(), rows.fresh(today).count()
    url = f"{reverse('partners:service_list', args=[partnership.area.slug])}?partner={partnership.pk}"
    now = SEVERAL % {"part": fresh, "whole": total} if total else _("None listed")
    return Row([_("Services confirmed"), now, _("Confirmed in the last 6 months; others may be out of date.")], url)


def _meetings(partnership: Partnership, today: date) -> Row:
    """Return its attendance in the groups in which it has a seat; five queries."""
    at = end_of(partnership.area, today)
    seats = GroupSeat.objects.current().filter(partnership=partnership)
    rows = Group.objects.current().filter(pk__in=seats.values("group")).exclude(kind=Group.Kind.SUPPORT)
    groups = list(rows.select_related("area", "state").order_by("name", "pk"))
    found = turnouts_of(groups, since=since_months(MONTHS, at=at), at=at, partnership=partnership) if groups else []
    lines = [line for each in found for line in each.partners]
    held, came = sum(line.counts.meetings for line in lines), sum(line.counts.came for line in lines)
    over = [each.group.name for each in found if each.missing]
    meaning = _("Missed the last three meetings: %(groups)s.") % {"groups": ", ".join(over)} if over else ""
    now = SEVERAL % {"part": came, "whole": held} if held else _("No meeting yet")
    url = f"{reverse('partners:partnership_detail', args=[partnership.pk])}#attendance"
    return Row(
        [_("Meetings attended, 12 months"), now, meaning or _("An alternate counts as much as the member.")], url
    )


def _actions(partnership: Partnership, today: date) -> Row:
    rows = ActionItem.objects.open().filter(partnership=partnership).exclude(group__kind=Group.Kind.SUPPORT)
    due = list(rows.values_list("due_on", flat=True))
    overdue = sum(each < today for each in due)
    url = f"{reverse('partners:partnership_detail', args=[partnership.pk])}#actions"
    return Row([_("Open action items"), str(len(due)), _("Overdue: %(number)d.") % {"number": overdue}], url)


def _goals(partnership: Partnership) -> Row:
    links = goals_of(partnership)
    answers = [link for link in links if link.role == GoalPartner.Role.ACCOUNTABLE]
    on_track = sum(link.goal.health == link.goal.Health.ON_TRACK for link in links)
    meaning = _("Answers for: %(answers)d. On track: %(on_track)d.") % {"answers": len(answers), "on_track": on_track}
    return Row([_("Shared goals"), str(len(links)), meaning], address("meetings:goal_list", partnership.area.slug))


def _people(partnership: Partnership) -> Row:
    number = Representative.objects.current().filter(partnership=partnership).count()
    meaning = {
        0: _("Nobody speaks for this partner."),
        1: _("If this person leaves, nobody speaks for this partner."),
    }.get(number, _("An alternate can stand in."))
    return Row(
        [_("Representatives"), str(number), meaning], reverse("partners:partnership_detail", args=[partnership.pk])
    )
