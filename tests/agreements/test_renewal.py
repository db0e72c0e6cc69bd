"""Renewal: planned backwards by how long it took last time, started once; signatures handed over; to-do items."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.drafting import agreements as drafting
from agreements.drafting.agreements import CannotBegin
from agreements.models import Agreement, ApprovalStep, Delegation
from agreements.renewal import starting
from agreements.renewal.plans import Plan, plan_of, renewal_of
from agreements.renewal.times import DEFAULTS, SPARE, times_of
from agreements.signing import sending, signatures
from onestop.notices.models import Notice
from onestop.ui.todo import For, TodoPlace, todo_items
from partners.models import Tenure
from partners.people import turnover
from partners.people.turnover import Leaving
from tests import factories
from tests.agreements.signing_world import Signing, make_signing
from tests.at_once import second_waits_for

NOW = timezone.now()
LAST_DAY = date(2028, 6, 30)


def at(name: str, *args: object) -> str:
    return reverse(f"agreements:{name}", args=args)


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def with_terms(agreement: Agreement) -> Agreement:
    return Agreement.objects.with_terms().select_related("area__state").get(pk=agreement.pk)


def plan(agreement: Agreement, today: date) -> Plan:
    found = plan_of(with_terms(agreement), today=today)
    assert found
    return found


@pytest.fixture
def mou(area) -> Agreement:
    """An MOU in force that was drafted, approved and signed in the portal."""
    begun = datetime(2025, 1, 6, 15, tzinfo=UTC)
    dates = {"effective_on": date(2025, 7, 1), "expires_on": LAST_DAY, "executed_on": date(2025, 6, 10)}
    return factories.make_agreement(area, status="executed", number="MOU-25-01", begun_at=begun, **dates)


# ---------------------------------------------------------------- The plan
def test_without_figures_the_renewal_begins_270_days_before_the_end(mou):
    assert sum(DEFAULTS.values()) + SPARE.days == 270
    found = plan(mou, date(2027, 1, 1))
    assert found.starts_on == LAST_DAY - timedelta(days=270)
    assert [phase.days for phase in found.phases] == [60, 150, 46]
    assert found.phases[-1].ends_on == LAST_DAY - SPARE


def test_the_times_of_last_time_and_the_slowest_party_decide(mou, partner):
    slow, quick = factories.make_party(mou, partner), factories.make_party(mou, kind="official", name="Mayor")
    factories.make_step(slow, name="School board", planned_on=date(2025, 2, 1), done_on=date(2025, 3, 1))
    factories.make_step(slow, name="County commission", planned_on=date(2025, 5, 1), done_on=date(2025, 5, 6))
    factories.make_step(quick, name="Council", planned_on=date(2025, 2, 1), done_on=date(2025, 2, 20))
    factories.make_sending(mou, sent_at=datetime(2025, 5, 11, 15, tzinfo=UTC))
    times = times_of(with_terms(mou))
    assert times.days == {"draft": 60, "approvals": 120, "signatures": 30}
    assert times.measured == {"approvals", "signatures"}
    assert [(party.party, party.days) for party in times.parties] == [(str(slow), 120), ("Mayor", 45)]
    found = plan(mou, date(2027, 1, 1))
    assert found.sends_on == LAST_DAY - SPARE - timedelta(days=30)
    assert found.parties[0].starts_on == found.sends_on - timedelta(days=120)
    assert found.parties[0].time.approvals == {"School board": 66, "County commission": 0}


def test_what_was_signed_outside_the_portal_was_not_measured(mou):
    Agreement.objects.filter(pk=mou.pk).update(origin="existing")
    assert times_of(with_terms(mou)).measured == frozenset()


def test_the_plan_says_what_is_next_and_how_far_behind_it_is(mou):
    start = LAST_DAY - timedelta(days=270)
    assert "Begin the successor by" in plan(mou, start - timedelta(days=5)).sentence
    late = plan(mou, start + timedelta(days=10))
    assert "10 days behind the plan." in late.sentence
    successor = factories.make_agreement(mou.area, supersedes=mou, effective_on=date(2028, 7, 1))
    assert "Share the draft with the parties by" in plan(mou, start).sentence
    assert plan(mou, start + timedelta(days=10)).days_behind == 0
    for status, said in (("review", "Have all approvals"), ("signing", "All sign by")):
        Agreement.objects.filter(pk=successor.pk).update(status=status)
        assert said in plan(mou, start).sentence
    Agreement.objects.filter(pk=successor.pk).update(status="executed", executed_on=date(2028, 6, 1))
    assert plan(mou, start).sentence == "Its successor is signed."
    Agreement.objects.filter(pk=successor.pk).update(status="withdrawn", executed_on=None)
    assert "Begin the successor by" in plan(mou, start).sentence


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({}, True),
        ({"expires_on": None}, False),
        ({"status": "draft", "executed_on": None}, False),
        ({"terminated_on": date(2027, 12, 1), "termination_reason": "No funds"}, False),
        ({"expires_on": date(2031, 6, 30)}, False),
    ],
)
def test_the_page_shows_the_plan_only_where_a_renewal_is_near(mou, change, shown):
    Agreement.objects.filter(pk=mou.pk).update(**change)
    assert (renewal_of(with_terms(mou), date(2027, 12, 15)) is not None) is shown


def test_the_plan_costs_the_same_queries_for_any_number_of_parties(mou, area, queries_of):
    def add(number: int) -> None:
        for each in range(number):
            party = factories.make_party(mou, kind="other", name=f"County {each} of {number}")
            factories.make_step(party, planned_on=date(2025, 2, 1), done_on=date(2025, 3, 1))

    add(1)
    agreement = with_terms(mou)
    few = queries_of(lambda: plan_of(agreement, today=LAST_DAY).sentence)  # type: ignore[union-attr]
    add(20)
    assert queries_of(lambda: plan_of(agreement, today=LAST_DAY).sentence) == few  # type: ignore[union-attr]


# ---------------------------------------------------------------- The start
def test_starting_copies_the_agreement_and_plans_its_approvals(as_, mou, partner):
    party = factories.make_party(mou, partner)
    treasurer = factories.make_office(partner.organization, kind="other", title="Treasurer")
    factories.make_co_signer(party, treasurer, turn=2)
    factories.make_step(party, name="School board", planned_on=date(2025, 2, 1), done_on=date(2025, 3, 1))
    factories.make_clause(mou)
    page = words(as_("staff").get(at("renew", mou.pk)))
    assert "Renewal, planned backwards" in page
    assert 'value="2028-07-01"' in page
    assert 'value="2031-06-30"' in page
    typed = {"number": "MOU-28-01", "title": "Umbrella MOU", "effective_on": "07/01/2028", "expires_on": "06/30/2031"}
    answer = as_("staff").post(at("renew", mou.pk), typed)
    successor = Agreement.objects.get(number="MOU-28-01")
    assert answer["Location"] == successor.get_absolute_url()
    assert (successor.supersedes, successor.status) == (mou, "draft")
    [step] = ApprovalStep.objects.filter(agreement=successor)
    assert (step.name, step.planned_on, step.done_on) == ("School board", plan(mou, LAST_DAY).sends_on, None)
    assert [each.office for each in successor.co_signers.all()] == [treasurer]
    assert "MOU-28-01" in words(as_("staff").get(mou.get_absolute_url()))


def test_a_renewal_is_started_once_and_only_of_an_executed_agreement(mou, area):
    facts = {"number": "MOU-28-01", "title": "MOU", "effective_on": date(2028, 7, 1), "expires_on": date(2031, 6, 30)}
    start = partial(starting.start_renewal, by=None, at=NOW)
    start(with_terms(mou), facts=facts)
    with pytest.raises(CannotBegin, match="MOU-28-01 already succeeds"):
        start(with_terms(mou), facts=facts | {"number": "MOU-28-02"})
    draft = with_terms(factories.make_agreement(area))
    with pytest.raises(CannotBegin, match="Only an executed agreement"):
        start(draft, facts=facts | {"number": "MOU-28-03"})


@pytest.mark.django_db(transaction=True)
def test_of_two_who_start_the_renewal_at_once_one_is_told(area):
    dates = {"effective_on": date(2025, 7, 1), "expires_on": LAST_DAY, "executed_on": date(2025, 6, 10)}
    mou = with_terms(factories.make_agreement(area, status="executed", **dates))
    start = partial(starting.start_renewal, mou, by=None, at=NOW)
    facts = {"title": "MOU", "effective_on": date(2028, 7, 1), "expires_on": date(2031, 6, 30)}
    refused = second_waits_for(
        lambda: start(facts=facts | {"number": "MOU-28-01"}), lambda: start(facts=facts | {"number": "MOU-28-02"})
    )
    assert isinstance(refused, CannotBegin)
    assert Agreement.objects.filter(supersedes=mou).count() == 1


def test_a_copy_that_succeeds_nothing_is_no_renewal(mou):
    drafting.copy_agreement(
        mou, facts={"number": "MOU-28-09", "title": "Copy"}, succeeds=False, by=None, at=NOW
    )  # fmt: skip
    assert plan(mou, LAST_DAY).successor is None


# ---------------------------------------------------------------- Signatures that wait
@pytest.fixture
def signing(area, partner, cast, settings, tmp_path) -> Signing:
    settings.MEDIA_ROOT = tmp_path
    signing = make_signing(area, partner, cast["staff"], cast["manager"], NOW)
    signing.send()
    return signing


def items(signing: Signing, whose: For, user: Any) -> list[tuple[str, str]]:
    place = TodoPlace(NOW + timedelta(hours=1), area=signing.agreement.area, user=user)
    return [(item.what, item.url) for item in todo_items([whose], place)]


def test_the_signer_and_the_staff_have_what_waits_on_their_lists(signing, cast):
    own = ("Sign Desks and a screen reader", signing.request_of("Director").get_absolute_url())
    assert own in items(signing, For.MANAGER, cast["manager"])
    assert own not in items(signing, For.MANAGER, cast["neighbor"])
    assert not any("needs you" in what for what, _url in items(signing, For.STAFF, cast["staff"]))
    Tenure.objects.filter(name="Sam Sample").update(email="new@millpond.example", name="Nia Newcomer")
    signatures.decline(signing.request_of("Director"), reason="No.", by=signing.director, at=NOW)
    said = [what for what, _url in items(signing, For.STAFF, cast["staff"])]
    assert "2 signatures on AGR-27-01 need you" in said
    assert own not in items(signing, For.MANAGER, cast["manager"])


def test_what_waits_is_handed_over_and_confirmed_by_the_staff(signing, cast):
    colleague = cast["colleague"]
    leaving = Leaving(cast["manager"], tuple(cast["manager"].memberships.current()), deactivates=True)
    kinds = {kind.code: things for kind, things in turnover.open_items(leaving)}
    [thing] = kinds["signatures"]
    assert thing.title == "Signature on AGR-27-01, Desks and a screen reader as Director"
    assert colleague in thing.heirs
    kind = next(kind for kind, _things in turnover.open_items(leaving) if kind.code == "signatures")
    kind.hand_over(thing, colleague, leaving, NOW)
    delegation = Delegation.objects.get()
    assert (delegation.name, delegation.status) == (colleague.name, "asked")
    assert Notice.objects.filter(kind="agreements.delegated").exists()
    kind.hand_over(thing, colleague, leaving, NOW)  # once is enough
    assert Delegation.objects.count() == 1


def test_what_was_taken_back_meanwhile_is_not_handed_over(signing, cast):
    leaving = Leaving(cast["manager"], tuple(cast["manager"].memberships.current()), deactivates=True)
    kind, [thing] = next((kind, things) for kind, things in turnover.open_items(leaving) if kind.code == "signatures")
    sending.void_sending(signing.agreement.sendings.get(), reason="A typo.", by=signing.staff, at=NOW)
    kind.hand_over(thing, cast["colleague"], leaving, NOW)
    assert not Delegation.objects.exists()


def test_the_risk_page_counts_agreements_that_could_not_be_signed(as_, signing, partner, area):
    factories.make_representative(partner, name="Rhea Solo", is_signatory=True)
    page = words(as_("staff").get(reverse("partners:single_person_list", args=[area.slug])))
    assert "1 agreement cannot be signed." in page
    signatures.sign_signed_in(
        signing.request_of("Director"), name="Joel", trace=signatures.Trace(), by=signing.director, at=NOW
    )
    page = words(as_("staff").get(reverse("partners:single_person_list", args=[area.slug])))
    assert "cannot be signed." not in page


# ---------------------------------------------------------------- Search
def test_agreements_are_found_by_number_and_title_by_those_who_see_them(as_, signing, area):
    page = reverse("partners:search", args=[area.slug])
    for words_typed in ("AGR-27", "screen reader"):
        assert "Desks and a screen reader" in words(as_("manager").get(page, {"q": words_typed}))
        assert "Desks and a screen reader</a>" not in words(as_("neighbor").get(page, {"q": words_typed}))
