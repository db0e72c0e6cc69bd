"""What is asked of a partner: everything that waits for it, in one list, the first due first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import CountRequest, FundingPeriod, PartnerStatement, SignatureRequest
from meetings.goals.reading import next_due
from meetings.models import Goal, GoalConsent, GoalPartner, SharedPlan
from meetings.values.reading import lacking
from onestop.dashboards.papers.briefing.work import due_in_words, open_actions, open_proposals, open_questions
from onestop.dashboards.papers.section import Row, Section, Table, address
from partners.models import Partnership, Service

AHEAD = timedelta(days=14)  # a report on a goal is asked for so long before it is due


@dataclass(frozen=True)
class Asked:
    """One thing that waits for a partner: what it is, for whom or which agreement, until when, and its page."""

    what: str
    about: str
    due_on: date | None
    url: str


def section(partnership: Partnership, today: date) -> Section:
    """Return what is asked of a partner on a day; ten queries."""
    found = sorted(asked_of(partnership, today), key=lambda each: (each.due_on or date.max, each.what, each.about))
    late = sum(each.due_on is not None and each.due_on < today for each in found)
    sentence = _("Nothing waits for this partner.")
    if found:
        words = ngettext(
            "%(number)d thing waits for this partner", "%(number)d things wait for this partner", len(found)
        )
        sentence = _("%(waiting)s, %(late)d overdue.") % {"waiting": words % {"number": len(found)}, "late": late}
    return Section(
        str(_("What is asked of us")),
        [sentence],
        [
            Table(
                _("What waits, the first due first"),
                [_("What"), _("About"), _("By when")],
                [
                    Row(
                        [each.what, each.about, due_in_words(each.due_on, today) if each.due_on else _("Any time")],
                        each.url,
                    )
                    for each in found
                ],
            )
        ],
    )


def asked_of(partnership: Partnership, today: date) -> Iterator[Asked]:
    """Yield what waits for a partner, each with a page that its managers and its representatives may open."""
    stale = Service.objects.current().filter(partnership=partnership).stale(today).count()
    if stale:
        words = ngettext("Confirm %(number)d service", "Confirm %(number)d services", stale) % {"number": stale}
        url = reverse("partners:service_list", args=[partnership.area.slug])
        yield Asked(words, _("Not confirmed in the last 6 months"), None, f"{url}?partner={partnership.pk}")
    for proposal in open_proposals(partnership):
        url = reverse("partners:service_detail", args=[proposal.service_id])
        yield Asked(_("Decide a proposed change"), proposal.service.name, None, url)
    for action in open_actions(partnership):
        yield Asked(action.text, action.group.name, action.due_on, reverse("meetings:action_detail", args=[action.pk]))
    for question in open_questions(partnership, private=True):
        url = reverse("meetings:question_detail", args=[question.pk])
        yield Asked(_("Answer a question"), question.subject, question.due_on, url)
    yield from _signatures(partnership)
    yield from _statements(partnership)
    yield from _counts(partnership)
    yield from _consents(partnership)
    yield from _reports(partnership, today)
    yield from _values(partnership, today)


def _signatures(partnership: Partnership) -> Iterator[Asked]:
    rows = SignatureRequest.objects.of_live_sendings().filter(
        status=SignatureRequest.Status.OPEN, party__partnership=partnership
    )
    for row in rows.select_related("agreement", "sending").order_by("pk"):
        url = row.agreement.get_absolute_url()
        what = _("Sign as %(title)s") % {"title": row.title}
        yield Asked(what, str(row.agreement), row.sending.sign_by, url)


def _statements(partnership: Partnership) -> Iterator[Asked]:
    rows = PartnerStatement.objects.filter(
        payer__partnership=partnership, is_current=True, answer=PartnerStatement.Answer.NONE,
        period__status=FundingPeriod.Status.ISSUED,
    )  # fmt: skip
    for row in rows.select_related("period", "agreement").order_by("pk"):
        what = _("Answer the statement of %(period)s") % {"period": row.period}
        yield Asked(what, row.agreement.number, row.period.answer_by, row.get_absolute_url())


def _counts(partnership: Partnership) -> Iterator[Asked]:
    rows = CountRequest.objects.pending().filter(payer__partnership=partnership, payer__archived_at=None)
    rows = rows.exclude(period__status=FundingPeriod.Status.CLOSED).select_related("period", "agreement")
    for row in rows.order_by("due_on", "pk"):
        what = _("Send the counts for %(period)s") % {"period": row.period}
        yield Asked(what, row.agreement.number, row.due_on, reverse("agreements:count_request_detail", args=[row.pk]))


def _consents(partnership: Partnership) -> Iterator[Asked]:
    """Yield the goals to whose current version it has not said anything."""
    last = GoalConsent.objects.filter(goal=OuterRef("goal"), partnership=partnership).order_by("-at", "-pk")
    rows = GoalPartner.objects.filter(
        partnership=partnership, goal__archived_at=None, goal__phase=Goal.Phase.PURSUED, goal__plan__archived_at=None,
        goal__plan__status__in=[SharedPlan.Status.OPEN, SharedPlan.Status.ADOPTED],
    ).annotate(answered=Subquery(last.values("version")[:1]))  # fmt: skip
    silent = rows.filter(Q(answered=None) | ~Q(answered=F("goal__version")))
    for row in silent.select_related("goal__plan").order_by("goal__position", "pk"):
        url = address("meetings:goal_detail", row.goal_id)
        until = row.goal.plan.proposals_until if row.goal.plan.status == SharedPlan.Status.OPEN else None
        yield Asked(_("Consent to a goal"), row.goal.name, until, url)


def _reports(partnership: Partnership, today: date) -> Iterator[Asked]:
    """Yield the reports that it owes on goals for which it is accountable: overdue, or due in two weeks."""
    answers = GoalPartner.objects.filter(partnership=partnership, role=GoalPartner.Role.ACCOUNTABLE)
    rows = Goal.objects.pursued().filter(pk__in=answers.values("goal"), plan__archived_at=None)
    told_on = Max("updates__as_of", filter=Q(updates__corrected_by=None))
    for goal in rows.select_related("plan").annotate(told_on=told_on).order_by("position", "pk"):
        due = next_due(goal, goal.told_on)
        if due and due <= today + AHEAD:
            yield Asked(_("Report on a goal"), goal.name, due, address("meetings:goal_detail", goal.pk))


def _values(partnership: Partnership, today: date) -> Iterator[Asked]:
    """Yield the shared values, if it has not affirmed them, or its affirmation has lapsed."""
    for row in lacking(Partnership.objects.filter(pk=partnership.pk), today):
        about = _("By a manager, for a year")
        yield Asked(
            _("Affirm the shared values"), about, row.lapsed, address("meetings:values_detail", partnership.area.slug)
        )
