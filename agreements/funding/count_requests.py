"""Ask partners for their counts by a day, and take their answers."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from agreements.funding.counts import Cell, field_of, set_counts, sheet_of
from agreements.funding.locking import CannotBudget, lock_period
from agreements.models import CountRequest, FundingPeriod, Payer, Stage
from onestop.accounts.models import User
from onestop.files.models import StoredFile
from onestop.history.tracking import recorded
from onestop.notices.messages import Message
from onestop.notices.notify import notify_many
from onestop.ui.presentation import day
from onestop.ui.sentences import retold as _
from partners.models import Role
from partners.notices.audiences import people_of_partners, seated_in

ASKED, ANSWERED = "agreements.counts_asked", "agreements.counts_answered"
NUDGED, WITHDRAWN = "agreements.counts_nudged", "agreements.counts_withdrawn"
AGAIN = timedelta(days=1)  # until somebody can be reminded once more


@recorded
def ask_for_counts(
    period: FundingPeriod,
    *,
    payers: Collection[Payer],
    due_on: date,
    stage: str = Stage.PLAN,
    message: str = "",
    by: User | None,
    at: datetime,
) -> list[CountRequest]:
    """Ask partners for their counts of a period, and tell their managers; who was asked already is left out.

    :raises CannotBudget: if the period takes no counts any more, the day has passed, or nobody is left to ask.
    """
    period = lock_period(period)
    if period.is_closed or (stage == Stage.PLAN and not period.is_open):
        raise CannotBudget(_("Statements were sent for this period. Choose a later one."), field="period")
    if due_on < period.agreement.area.day_of(at):
        raise CannotBudget(_("This day has passed. Enter a later day."), field="due_on")
    sheet = sheet_of(period.budget)
    asked = set(CountRequest.objects.pending().filter(period=period, stage=stage).values_list("payer", flat=True))
    counted = {payer for _base, payer in sheet.cells}
    wanted = {payer.pk for payer in payers} & counted
    if not wanted:
        raise CannotBudget(_("Choose at least one partner that is counted by a base."), field="payers")
    if not wanted - asked:
        raise CannotBudget(_("These partners were asked already, and have not answered yet."), field="payers")
    requests = [
        CountRequest.objects.create(
            agreement=period.agreement, payer=payer, period=period, stage=stage, message=message.strip(),
            due_on=due_on, asked_by=by, asked_at=at,
        )
        for payer in sheet.payers
        if payer.pk in wanted - asked
    ]  # fmt: skip
    _tell_partners(requests, at, ASKED, "counts-asked")
    return requests


@recorded
def answer_request(
    request: CountRequest,
    *,
    values: Mapping[int, Decimal | None],
    counted_on: date | None = None,
    file: StoredFile | None = None,
    note: str = "",
    by: User | None,
    at: datetime,
) -> CountRequest:
    """Record the counts that a partner was asked for, and tell whoever asked.

    :param values: the counts by the id of the base.
    :raises CannotBudget: if it was answered or withdrawn, a count is missing, or the period takes no counts any more.
    :raises CannotUseFile: if the file cannot be evidence of these counts.
    """
    period = lock_period(request.period)
    request = _pending(request, period)
    payer = request.payer
    bases = sheet_of(period.budget).bases_for(payer)
    cells: dict[Cell, Decimal | None] = {}
    for base in bases:
        value = values.get(base.pk)
        if value is None:
            words = _("Enter a number; 0 if there is nothing to count.")
            raise CannotBudget(words, field=field_of((base.pk, payer.pk)))
        cells[base.pk, payer.pk] = value
    set_counts(
        period, values=cells, stage=request.stage, counted_on=counted_on, file=file, note=note, by=by, at=at
    )  # fmt: skip
    request.answered_by, request.answered_at = by, at
    request.save(update_fields=["answered_by", "answered_at"])
    _tell_asker(request, at)
    return request


@recorded
def remind_of_request(request: CountRequest, *, by: User | None, at: datetime) -> CountRequest:
    """Remind the managers of a partner of counts that they were asked for; at most once a day.

    :raises CannotBudget: if it was answered or withdrawn, the period is closed, or they were reminded today.
    """
    period = lock_period(request.period)
    request = _pending(request, period)
    if period.is_closed:
        raise CannotBudget(_("This period is closed. Withdraw the request instead."))
    if request.reminded_at is not None and at - request.reminded_at < AGAIN:
        raise CannotBudget(_("This partner was reminded in the last 24 hours."))
    request.reminded_by, request.reminded_at = by, at
    request.save(update_fields=["reminded_by", "reminded_at"])
    _tell_partners([request], at, NUDGED, f"counts-nudged:{at:%Y%m%d%H%M}")
    return request


@recorded
def withdraw_request(request: CountRequest, *, by: User | None, at: datetime) -> CountRequest:
    """Withdraw a request for counts, and tell the managers who were asked.

    :raises CannotBudget: if it was answered or withdrawn already.
    """
    period = lock_period(request.period)
    request = _pending(request, period)
    request.withdrawn_by, request.withdrawn_at = by, at
    request.save(update_fields=["withdrawn_by", "withdrawn_at"])
    _tell_partners([request], at, WITHDRAWN, "counts-withdrawn")
    return request


def _pending(request: CountRequest, period: FundingPeriod) -> CountRequest:
    """Return a request of a locked period as it is now.

    :raises CannotBudget: if it was answered or withdrawn.
    """
    found = CountRequest.objects.select_related("payer__partnership__organization", "asked_by").get(pk=request.pk)
    if found.answered_at is not None:
        raise CannotBudget(_("These counts were already sent."))
    if found.withdrawn_at is not None:
        raise CannotBudget(_("This request was withdrawn."))
    found.period, found.agreement = period, period.agreement
    return found


# ---------------------------------------------------------------- Notices
def context_of(request: CountRequest) -> dict[str, Any]:
    """Return what mails about a request say."""
    return {
        "request": request,
        "partner": str(request.payer),
        "period": str(request.period),
        "agreement": request.agreement,
        "number": request.agreement.number,
        "area": request.agreement.area,
        "board": request.agreement.area.board_name,
        "due": day(request.due_on, "plain"),
        "is_actual": request.stage == Stage.ACTUAL,
    }


def _tell_partners(requests: Collection[CountRequest], at: datetime, kind: str, key: str) -> None:
    people = people_of_partners([request.payer.partnership for request in requests])
    notify_many(
        [
            Message(
                kind=kind,
                key=f"{key}:{request.pk}:{person.pk}",
                to=person,
                about=[request.agreement, request.agreement.area],
                scope=request.agreement.area,
                why=_("You are of %(partner)s.") % {"partner": request.payer},
                path=request.get_absolute_url(),
                zone=request.agreement.area.zone,
                context=context_of(request),
            )
            for request in requests
            for person in people[request.payer.partnership_id]
        ],
        at=at,
    )


def _tell_asker(request: CountRequest, at: datetime) -> None:
    area = request.agreement.area
    asker = request.asked_by
    people = [asker] if asker and asker.is_active else seated_in(Role.STAFF, [area.pk]).get(area.pk, [])
    notify_many(
        [
            Message(
                kind=ANSWERED,
                key=f"counts-answered:{request.pk}:{person.pk}",
                to=person,
                about=[request.agreement, area],
                scope=area,
                why=_("You asked for these counts, or are One-Stop staff of %(area)s.") % {"area": area.name},
                path=request.get_absolute_url(),
                zone=area.zone,
                context=context_of(request),
            )
            for person in people
            if person.pk != request.answered_by_id
        ],
        at=at,
    )
