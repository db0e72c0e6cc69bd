"""The approvals on the way to signature, and the record of negotiations."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.drafting import approvals, negotiations
from agreements.drafting.approvals import path_of
from agreements.drafting.locking import CannotDraft
from agreements.models import Agreement, ApprovalStep, NegotiationEntry, Party
from tests import factories

TODAY = date(2027, 4, 1)
NOW = timezone.now()
DAY = timedelta(days=1)


def at(name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def mou(area) -> Agreement:
    """A draft that takes effect on July 1, 2027."""
    return factories.make_agreement(area)


@pytest.fixture
def party(mou, partner) -> Party:
    return factories.make_party(mou, partner)


@pytest.fixture
def county(mou) -> Party:
    return factories.make_party(mou, kind="official", name="County commission")


# ---------------------------------------------------------------- The path
def test_the_party_that_is_ready_last_keeps_the_others_waiting(mou, party, county):
    factories.make_step(party, name="School board", planned_on=date(2027, 5, 4))
    factories.make_step(county, name="Counsel", planned_on=date(2027, 4, 20))
    factories.make_step(county, name="Commission", planned_on=date(2027, 6, 8))
    path = path_of(mou, today=TODAY)
    assert path.critical
    assert path.critical.party == county
    assert path.sentence == "County commission is last: Commission on Jun 8, 2027."


def test_approvals_after_the_effective_date_are_counted_in_days(mou, county):
    factories.make_step(county, name="Commission", planned_on=date(2027, 7, 13))
    words = "County commission is last: Commission on Jul 13, 2027, 12 days after the effective date."
    assert path_of(mou, today=TODAY).sentence == words


def test_a_late_approval_is_given_today_at_the_earliest(mou, party, county):
    late = factories.make_step(party, planned_on=TODAY - 10 * DAY)
    factories.make_step(county, planned_on=TODAY - DAY, done_on=TODAY - 3 * DAY)
    path = path_of(mou, today=TODAY)
    assert path.critical
    assert (path.critical.late, path.critical.ready_on) == ([late], TODAY)


def test_when_all_are_given_nobody_is_waited_for(mou, party):
    factories.make_step(party, done_on=TODAY)
    assert path_of(mou, today=TODAY).sentence == "All approvals are given."
    assert path_of(factories.make_agreement(mou.area), today=TODAY).timeline is None


def test_the_chart_has_a_row_for_each_party_and_marks_what_decides(mou, party, county):
    factories.make_step(party, done_on=TODAY - DAY)
    factories.make_step(county, name="Counsel", planned_on=TODAY + DAY)
    factories.make_step(county, name="Commission", planned_on=TODAY + 9 * DAY)
    timeline = path_of(mou, today=TODAY).timeline
    assert timeline
    assert [name for name, _spans in timeline.rows] == [str(party), "County commission"]
    assert [[span.kind for span in spans] for _name, spans in timeline.rows] == [[""], ["rest", "now"]]
    assert all(span.first <= span.last for _name, spans in timeline.rows for span in spans)


# ---------------------------------------------------------------- Recording
def test_approvals_are_added_given_and_shown(as_, party, mou):
    typed = {
        "party": party.pk,
        "name": "School board",
        "planned_on": "2027-05-04",
        "done_on": "",
        "note": "Twice a month",
    }
    as_("staff").post(at("step_add", mou.pk), typed)
    step = ApprovalStep.objects.get()
    page = words(as_("staff").get(mou.get_absolute_url()))
    assert "School board" in page
    assert "Last to be ready" in page
    future = (timezone.localdate() + 30 * DAY).isoformat()
    form = as_("staff").get(at("step_edit", step.pk)).context["form"]
    shown = {form[name].html_initial_name: form[name].value() or "" for name in form.fields}
    typed |= shown | {"version": form.version}
    answer = as_("staff").post(at("step_edit", step.pk), typed | {"done_on": future})
    assert "This day is in the future." in words(answer)
    as_("staff").post(at("step_edit", step.pk), typed | {"done_on": "2026-11-02"})
    step.refresh_from_db()
    assert step.done_on == date(2026, 11, 2)


def test_a_removed_approval_is_restored(as_, party):
    step = factories.make_step(party)
    as_("staff").post(at("step_remove", step.pk))
    assert path_of(party.agreement, today=TODAY).parties == []
    as_("staff").post(at("step_restore", step.pk))
    assert len(path_of(party.agreement, today=TODAY).parties) == 1


def test_a_party_of_another_agreement_is_refused(area, mou, party):
    other = factories.make_agreement(area)
    facts = {"party": party, "name": "Counsel", "planned_on": TODAY}
    with pytest.raises(CannotDraft, match="party of this agreement"):
        approvals.add_step(other, facts=facts, by=None, at=NOW)
    entry = {"party": party, "kind": "call", "happened_on": date(2026, 1, 2), "text": "They called."}
    with pytest.raises(CannotDraft, match="party of this agreement"):
        negotiations.add_entry(other, facts=entry, by=None, at=NOW)


def test_after_execution_no_approval_changes(party, mou):
    step = factories.make_step(party)
    Agreement.objects.update(status="executed", executed_on=date(2027, 6, 30))
    with pytest.raises(CannotDraft):
        approvals.update_step(step, facts={"name": "Else"}, by=None, at=NOW)
    page_of = path_of(mou, today=TODAY)
    assert page_of.parties


# ---------------------------------------------------------------- Negotiations
def test_the_record_is_for_staff_the_state_and_the_board(as_, mou, party):
    Agreement.objects.update(status="review")
    entry = factories.make_negotiation(mou, text="They need until January.", party=party)
    for who, sees in (("staff", True), ("state", True), ("board", True), ("manager", False)):
        assert ("They need until January." in words(as_(who).get(mou.get_absolute_url()))) == sees
    assert as_("manager").get(at("negotiation_edit", entry.pk)).status_code == 403
    history = words(as_("manager").get(at("agreement_history", mou.pk)))
    assert "They need until January." not in history


def test_an_entry_is_recorded_edited_removed_and_restored(as_, cast, mou):
    typed = {"kind": "offer", "happened_on": "2026-11-02", "party": "", "text": "Half of the rent."}
    as_("staff").post(at("negotiation_add", mou.pk), typed)
    entry = NegotiationEntry.objects.get()
    assert (entry.kind, entry.by) == ("offer", cast["staff"])
    future = (timezone.localdate() + 30 * DAY).isoformat()
    answer = as_("staff").post(at("negotiation_add", mou.pk), typed | {"happened_on": future})
    assert "This day is in the future." in words(answer)
    assert "Half of the rent." in words(answer)
    negotiations.update_entry(entry, facts={"text": "A third of the rent."}, by=None, at=NOW)
    as_("staff").post(at("negotiation_remove", entry.pk))
    assert "A third of the rent." not in words(as_("staff").get(mou.get_absolute_url()))
    as_("staff").post(at("negotiation_restore", entry.pk))
    assert "A third of the rent." in words(as_("staff").get(mou.get_absolute_url()))


def test_the_page_costs_the_same_for_many_approvals_and_entries(as_, area, mou, party, queries_of):
    client = as_("staff")
    factories.make_step(party)
    factories.make_negotiation(mou, party=party)
    client.get(mou.get_absolute_url())
    before = queries_of(lambda: client.get(mou.get_absolute_url()))
    for number in range(9):
        factories.make_step(factories.make_party(mou, factories.make_partnership(area)), name=f"Board {number}")
        factories.make_negotiation(mou, party=party)
    assert queries_of(lambda: client.get(mou.get_absolute_url())) == before
