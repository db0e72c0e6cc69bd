"""Decisions on required programs: who records them, what the law allows, and what contradicts them."""

import csv
import io
import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from partners.coverage import decisions
from partners.coverage.decisions import CannotDecide
from partners.coverage.matrix import coverage_of
from partners.coverage.programs import load_programs
from partners.manual.gathering import gather
from partners.models import Partnership, Program, ProgramDecision
from partners.network.summary import program_counts
from partners.todo.coverage import missing_in
from tests import factories

NOW = timezone.now()
DATA = {
    "kind": "not_carried_out",
    "decided_on": "2026-03-12",
    "decided_by": "Riverbend Workforce Board",
    "reason": "No entity receives its funds here.",
    "source": "Minutes of Mar 12, 2026, item 4",
}


@pytest.fixture
def program(db) -> Program:
    load_programs()
    return Program.objects.get(code="job-corps")


def facts(**fields):
    day = timezone.localdate() - timedelta(days=30)
    return {**DATA, "decided_on": day} | fields


def add(area, program):
    return reverse("partners:decision_add", args=[area.slug, program.code])


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 302), ("manager", 403), ("board", 403), ("state", 403), ("outsider", 404)]
)
def test_only_staff_of_the_area_record_a_decision(as_, area, program, who, status):
    assert as_(who).post(add(area, program), DATA).status_code == status
    assert ProgramDecision.objects.filter(area=area, program=program).exists() == (status == 302)


def test_a_decision_is_shown_with_its_author_reason_and_source(as_, area, program):
    as_("staff").post(add(area, program), DATA)
    page = as_("board").get(reverse("partners:coverage_program", args=[area.slug, program.code])).content.decode()
    assert all(
        words in page for words in ("Not carried out in this area", DATA["reason"], DATA["source"], DATA["decided_by"])
    )
    assert "added this decision" in " ".join(page.split())


def test_invalid_input_is_kept_and_its_errors_are_shown(as_, area, program):
    page = as_("staff").post(add(area, program), DATA | {"source": "", "decided_on": "soon"})
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"source", "decided_on"}
    assert DATA["reason"] in page.content.decode()


def test_the_governor_can_exempt_only_tanf(as_, area, program):
    with pytest.raises(CannotDecide, match="can exempt only TANF"):
        decisions.record_decision(area, program, facts=facts(kind="exempted"), by=None, at=NOW)
    tanf = Program.objects.get(code="tanf")
    as_("staff").post(add(area, tanf), DATA | {"kind": "exempted", "decider": "governor", "decided_by": ""})
    decision = ProgramDecision.objects.get(program=tanf)
    assert (decision.kind, decision.decided_by) == ("exempted", "The Governor")


def test_the_form_for_tanf_asks_who_decided_and_suggests_nobody(as_, area, program):
    page = as_("staff").get(add(area, Program.objects.get(code="tanf"))).content.decode()
    form = page[page.index('class="op-formpage"') : page.index("</form>", page.index('class="op-formpage"'))]
    assert "The Governor" in form
    assert not re.search(r"<input[^>]*\bchecked\b", form)
    [who] = re.findall(r'<input type="text" name="decided_by"[^>]*>', form)
    assert "value=" not in who


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"decider": ""}, "decider", "required"),
        ({"decider": "other", "decided_by": ""}, "decided_by", "Enter the name"),
        ({"decider": "board"}, "decider", "Only the Governor can exempt TANF"),
    ],
)
def test_an_exemption_from_tanf_names_the_governor(as_, area, program, given, field, words):
    tanf = Program.objects.get(code="tanf")
    page = as_("staff").post(add(area, tanf), DATA | {"kind": "exempted"} | given)
    assert words in str(page.context["form"].errors[field])
    assert not ProgramDecision.objects.exists()


@pytest.mark.parametrize(
    ("who", "decider", "name"),
    [
        ("The Governor", "governor", ""),
        ("Riverbend Workforce Board", "board", ""),
        ("The county commissioners", "other", "The county commissioners"),
    ],
)
def test_an_edit_keeps_who_decided_on_tanf(as_, area, program, who, decider, name):
    tanf = Program.objects.get(code="tanf")
    decision = factories.make_decision(area, tanf, decided_by=who)
    edit = reverse("partners:decision_edit", args=[decision.pk])
    form = as_("staff").get(edit).context["form"]
    assert form["decider"].value() == decider
    sent = DATA | {"kind": "not_carried_out", "decider": decider, "decided_by": name, "reason": "Said again."}
    assert as_("staff").post(edit, sent).status_code == 302
    decision.refresh_from_db()
    assert (decision.decided_by, decision.reason) == (who, "Said again.")


def test_the_exemption_is_offered_only_for_tanf(as_, area, program):
    form = as_("staff").get(add(area, program)).context["form"]
    assert [value for value, _label in form.fields["kind"].choices] == ["agreement", "not_carried_out"]
    form = as_("staff").get(add(area, Program.objects.get(code="tanf"))).context["form"]
    assert [value for value, _label in form.fields["kind"].choices] == ["agreement", "not_carried_out", "exempted"]
    page = as_("staff").post(add(area, program), DATA | {"kind": "exempted"})
    assert "kind" in page.context["form"].errors
    assert not ProgramDecision.objects.exists()


def test_a_program_is_covered_by_agreement_with_a_partner_or_another_organization(as_, area, program, partner):
    agreed = DATA | {"kind": "agreement", "reason": "It comes to the center every second Friday."}
    as_("staff").post(add(area, program), agreed | {"agreement_with": "Harvest Road"})
    decision = ProgramDecision.objects.get()
    assert decision.in_words == "Covered by agreement with Harvest Road"
    edit = reverse("partners:decision_edit", args=[decision.pk])
    as_("staff").post(edit, agreed | {"agreement_partner": partner.pk, "agreement_with": ""})
    decision.refresh_from_db()
    assert decision.in_words == "Covered by agreement with Millrace Adult Learning"
    as_("staff").post(edit, DATA | {"agreement_partner": partner.pk})
    decision.refresh_from_db()
    assert (decision.in_words, decision.agreement_partner) == ("Not carried out in this area", None)
    told = as_("board").get(reverse("partners:coverage_history", args=[area.slug, program.code])).content.decode()
    assert "Harvest Road" in told
    assert "Millrace Adult Learning" in told


@pytest.mark.parametrize(
    ("with_partner", "other", "words"),
    [
        (False, "", "Select the partner, or enter the organization"),
        (True, "Harvest Road", "not both"),
    ],
)
def test_an_agreement_names_one_organization(as_, area, program, partner, with_partner, other, words):
    sent = {"kind": "agreement", "agreement_partner": partner.pk if with_partner else "", "agreement_with": other}
    page = as_("staff").post(add(area, program), DATA | sent)
    assert words in page.content.decode()
    assert not ProgramDecision.objects.exists()


def test_an_agreement_is_with_an_active_partner_of_the_area(area, program, partner, other_area):
    elsewhere = factories.make_partnership(other_area)
    paused = factories.make_partnership(area, status="paused")
    for wrong in (elsewhere, paused):
        with pytest.raises(CannotDecide, match="active partner of this area"):
            decisions.record_decision(
                area, program, facts=facts(kind="agreement", agreement_partner=wrong), by=None, at=NOW
            )


@pytest.mark.parametrize("given", [{"kind": "agreement"}, {"agreement_with": "Harvest Road"}])
def test_the_database_keeps_agreements_and_other_decisions_apart(area, program, given):
    with pytest.raises(IntegrityError, match="decision_names_the_other_side_of_an_agreement"):
        factories.make_decision(area, program, **given)


def test_an_agreement_shows_on_every_page_and_in_the_export(as_, area, program, partner):
    factories.make_decision(area, program, kind="agreement", agreement_partner=partner, reason="By phone.")
    words = "Covered by agreement with Millrace Adult Learning"
    staff = as_("staff")
    assert words in staff.get(reverse("partners:coverage_program", args=[area.slug, program.code])).content.decode()
    page = staff.get(reverse("partners:coverage", args=[area.slug]))
    assert "1 covered by agreement" in page.context["answer"]
    assert "Job Corps is covered by agreement with Millrace Adult Learning." in page.context["told"]
    assert "With Millrace Adult Learning" in page.content.decode()
    file = staff.get(reverse("partners:coverage", args=[area.slug]), {"export": "csv"})
    lines = list(csv.DictReader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))
    [line] = [line for line in lines if line["Short name"] == "Job Corps"]
    assert (line["Status"], line["Agreement with"]) == ("Covered by agreement", "Millrace Adult Learning")
    shown = {one.code: one.decided for one in gather(area, today=timezone.localdate()).programs}
    assert shown["job-corps"] == f"{words}. By phone."


def test_an_agreement_with_a_partner_that_left_needs_attention(as_, area, program, partner):
    factories.make_decision(area, program, kind="agreement", agreement_partner=partner)
    Partnership.objects.filter(pk=partner.pk).update(status="ended")
    page = as_("staff").get(reverse("partners:coverage", args=[area.slug]))
    [check] = [check for check in page.context["checks"] if "no longer active" in check.what]
    assert (check.state, check.what) == (
        "part", "Covered by agreement with a partner that is no longer active: Job Corps",
    )  # fmt: skip
    assert "Agreement to review" in page.content.decode()


def test_a_partner_for_a_program_covered_by_agreement_is_a_contradiction(as_, area, program, partner, neighbor_partner):
    factories.make_decision(area, program, kind="agreement", agreement_with="Harvest Road")
    partner.programs.add(program)
    page = as_("staff").get(reverse("partners:coverage_program", args=[area.slug, program.code])).content.decode()
    assert "Covered by agreement with Harvest Road. But the program has a partner" in " ".join(page.split())


def test_the_to_do_item_leads_to_the_form_of_that_program(as_, area, program, partner):
    partner.programs.add(*Program.objects.filter(is_required=True).exclude(code="job-corps"))
    [item] = [
        item for item in missing_in(coverage_of(area, today=timezone.localdate())) if "has no partner" in item.what
    ]
    assert (item.do, item.do_url) == ("Record a decision", add(area, program))
    home = as_("staff").get(reverse("dashboards:home", args=[area.slug]), {"todo": "all"}).content.decode()
    assert f'href="{add(area, program)}"' in home
    form = as_("staff").get(add(area, program)).content.decode()
    assert f"{reverse('partners:partnership_add', args=[area.slug])}?program=job-corps" in form


def test_a_program_with_a_partner_is_carried_out(as_, area, program, partner):
    partner.programs.add(program)
    page = as_("staff").post(add(area, program), DATA)
    assert "Job Corps has a partner here: Millrace Adult Learning." in page.content.decode()
    Partnership.objects.filter(pk=partner.pk).update(status="prospective")
    assert as_("staff").post(add(area, program), DATA).status_code == 302


def test_future_repeated_and_unneeded_decisions_are_refused(area, program):
    tomorrow = timezone.localdate() + timedelta(days=2)
    with pytest.raises(CannotDecide, match="in the future"):
        decisions.record_decision(area, program, facts=facts(decided_on=tomorrow), by=None, at=NOW)
    decisions.record_decision(area, program, facts=facts(), by=None, at=NOW)
    with pytest.raises(CannotDecide, match="Riverbend already has a decision on Job Corps"):
        decisions.record_decision(area, program, facts=facts(), by=None, at=NOW)
    with pytest.raises(CannotDecide, match="needs no partner and no decision"):
        decisions.record_decision(area, Program.objects.get(code="sba"), facts=facts(), by=None, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_concurrent_decisions_is_refused():
    area, program, refused = factories.make_area(), factories.make_program(is_required=True), []

    def decide_too():
        try:
            decisions.record_decision(area, program, facts=facts(), by=None, at=NOW)
        except CannotDecide as problem:
            refused.append(str(problem))
        finally:
            connection.close()

    second = threading.Thread(target=decide_too)
    with transaction.atomic():
        decisions.record_decision(area, program, facts=facts(), by=None, at=NOW)
        second.start()
        second.join(0.3)
    second.join()
    assert len(refused) == 1
    assert ProgramDecision.objects.count() == 1


@pytest.mark.parametrize("empty", ["reason", "source", "decided_by"])
def test_the_database_refuses_a_decision_without_author_reason_or_source(area, program, empty):
    with pytest.raises(IntegrityError, match="decision_says_who_why_and_where"):
        factories.make_decision(area, program, **{empty: ""})


def test_a_decision_is_withdrawn_and_restored(as_, area, program):
    decision = factories.make_decision(area, program)
    client = as_("staff")
    page = client.post(reverse("partners:decision_withdraw", args=[decision.pk]), follow=True)
    assert reverse("partners:decision_restore", args=[decision.pk]) in page.content.decode()
    assert program in program_counts(area).uncovered
    client.post(reverse("partners:decision_restore", args=[decision.pk]))
    decision.refresh_from_db()
    assert not decision.is_archived
    history: Any = decision.history  # type: ignore[attr-defined]
    assert [event.pgh_label for event in history.order_by("pgh_id")] == ["insert", "update", "update"]


def test_a_withdrawn_decision_is_not_restored_over_another_one_or_a_partner(as_, area, program, partner):
    decision = factories.make_decision(area, program, archived_at=NOW)
    factories.make_decision(area, program)
    restore = reverse("partners:decision_restore", args=[decision.pk])
    assert "Riverbend already has a decision on Job Corps" in as_("staff").post(restore, follow=True).content.decode()
    partner.programs.add(program)
    assert "Job Corps has a partner here" in as_("staff").post(restore, follow=True).content.decode()
    with pytest.raises(CannotDecide, match="was withdrawn"):
        decisions.update_decision(decision, facts=facts(), by=None, at=NOW)


def test_staff_edit_a_decision(as_, area, program):
    decision = factories.make_decision(area, program)
    address = reverse("partners:decision_edit", args=[decision.pk])
    assert as_("neighbor").get(address).status_code == 403
    form = as_("staff").get(address).context["form"]
    as_("staff").post(address, DATA | {"version": form.version, "source": "Letter of Apr 2, 2026"})
    decision.refresh_from_db()
    assert decision.source == "Letter of Apr 2, 2026"


def test_a_concurrent_edit_is_shown_and_not_overwritten(as_, area, program):
    decision = factories.make_decision(area, program)
    address = reverse("partners:decision_edit", args=[decision.pk])
    version = as_("staff").get(address).context["form"].version
    decisions.update_decision(decision, facts=facts(reason="Their words"), by=None, at=NOW)
    page = as_("staff").post(address, DATA | {"version": version, "reason": "My words"}).content.decode()
    assert "saved this while you were editing it" in page
    assert "Their words" in page
    assert "My words" in page


def test_a_decision_on_a_program_with_a_partner_is_a_contradiction(as_, area, program, partner):
    factories.make_decision(area, program)
    edit = reverse("partners:partnership_edit", args=[partner.pk])
    form = as_("staff").get(edit).context["form"]
    data = {"name": "Millrace Adult Learning", "kind": "nonprofit", "status": "active", "programs": [program.pk]}
    saved = as_("staff").post(edit, data | {"version": form.version}, follow=True).content.decode()
    assert "The record for Job Corps in Riverbend says: Not carried out in this area." in saved
    page = as_("staff").get(reverse("partners:coverage", args=[area.slug]))
    assert "Conflicts with a decision" in page.content.decode()
    assert page.context["covered"] == 1
    home = as_("staff").get(reverse("dashboards:home", args=[area.slug])).content.decode()
    assert "Job Corps has a partner, but a decision says that it needs none" in home


def test_adding_a_partner_for_a_decided_program_shows_a_warning(as_, area, program):
    factories.make_decision(area, program)
    data = {"name": "Lockhouse", "kind": "business", "status": "active", "programs": [program.pk]}
    page = as_("staff").post(reverse("partners:partnership_add", args=[area.slug]), data, follow=True)
    assert "The record for Job Corps in Riverbend says: Not carried out in this area." in page.content.decode()


def test_an_exempt_program_may_participate_and_needs_no_access(as_, area, program, partner):
    tanf = Program.objects.get(code="tanf")
    partner.programs.add(tanf)
    factories.make_center(area)
    decisions.record_decision(area, tanf, facts=facts(kind="exempted"), by=None, at=NOW)
    page = as_("staff").get(reverse("partners:coverage", args=[area.slug]))
    [row] = [row for row in page.context["seen"].required if row.program == tanf]
    assert (row.standing, row.is_contradicted, row.needs_attention) == ("covered", False, False)
    assert "Exempt, participating" in page.content.decode()
