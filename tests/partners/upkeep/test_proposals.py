"""Proposals by people who may not edit a service, and decisions on them."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from onestop.history.reading import changes_of
from onestop.notices.models import Notice
from partners.models import Partnership, Proposal, Role, Service
from partners.upkeep import proposals, proposed_changes, services
from tests import factories

NOW = timezone.now()


@pytest.fixture
def service(partner: Partnership) -> Service:
    return factories.make_service(
        partner, name="GED classes", hours="Mon", cost="Free", languages=["English"], modes=["group"]
    )


@pytest.fixture
def proposal(service, cast) -> Proposal:
    """A proposal by the representative, with other hours and a cost."""
    facts = {"hours": "Mon to Thu", "cost": "$20 for the test"}
    return proposals.propose_change(service, facts=facts, note="I teach it.", by=cast["colleague"], at=NOW)


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def filled(client, address: str, **typed: object) -> dict[str, object]:
    form = client.get(address).context["form"]
    data: dict[str, object] = {"version": form.version}
    for bound in form:
        shown = bound.field.prepare_value(bound.value())
        data[bound.html_name] = data[bound.html_initial_name] = "" if shown is None else shown
    return data | typed


def decision(client, proposal: Proposal, **more: object) -> dict[str, object]:
    """Return what the page submits without any change by the reader."""
    shown = client.get(page("proposal_detail", proposal.pk)).context["differences"]
    take = [one.name for one, is_ticked in shown if is_ticked]
    return {"take": take} | {f"seen-{one.name}": one.mark for one, _ in shown} | more


# ---------------------------------------------------------------- Proposing
@pytest.mark.parametrize("who", ["colleague", "neighbor", "board", "state"])
def test_readers_who_may_not_edit_a_service_can_propose_a_change(as_, cast, service, who):
    client, address = as_(who), page("proposal_add", service.pk)
    assert address in words(client.get(page("service_detail", service.pk)))
    typed = {"hours": "Mon to Thu", "languages": "English, Spanish", "note": "I was there."}
    answer = client.post(address, filled(client, address, **typed))
    proposal = Proposal.objects.get()
    assert answer.url == page("proposal_detail", proposal.pk)
    assert proposal.before == {"hours": "Mon", "languages": ["English"]}
    assert proposal.after == {"hours": "Mon to Thu", "languages": ["English", "Spanish"]}
    assert (proposal.proposed_by, proposal.status) == (cast[who], "open")
    service.refresh_from_db()
    assert (service.hours, service.languages) == ("Mon", ["English"]), "The service does not change before a decision"
    assert "Withdraw proposal" in words(client.get(answer.url))


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("nobody", 404), ("manager", 302), ("staff", 302)])
def test_editors_are_redirected_to_the_edit_form_and_strangers_get_404(as_, service, who, status):
    answer = as_(who).get(page("proposal_add", service.pk))
    assert answer.status_code == status
    if status == 302:
        assert answer.url == page("service_edit", service.pk)
        assert "Propose a change" not in words(as_(who).get(page("service_detail", service.pk)))


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"hours": "Mon to Thu", "note": ""}, "Explain how you know"),
        ({"note": "It is wrong."}, "You have not changed anything"),
        ({"hours": "x" * 400, "note": "Long."}, "the limit is 300"),
    ],
)
def test_an_invalid_proposal_shows_its_error_and_keeps_the_input(as_, service, typed, error):
    client, address = as_("board"), page("proposal_add", service.pk)
    answer = client.post(address, filled(client, address, **typed))
    assert error in words(answer)
    assert answer.context["form"]["note"].value() == typed["note"]
    assert not Proposal.objects.exists()


def test_a_concurrent_edit_is_shown_before_a_proposal_is_saved(as_, service, cast):
    client, address = as_("board"), page("proposal_add", service.pk)
    data = filled(client, address, cost="$20", note="I know.")
    services.update_service(service, facts={"hours": "Fri"}, by=cast["manager"], at=NOW)
    answer = client.post(address, data)
    assert "Joel Abara saved this while you were editing it" in words(answer)
    again = dict(answer.context["form"].data.lists())
    client.post(address, again)
    assert Proposal.objects.get().after == {"cost": "$20"}, "The others' change is not proposed away"


def test_a_person_cannot_propose_the_same_change_twice(service, proposal, cast):
    with pytest.raises(proposed_changes.CannotPropose, match="already"):
        proposals.propose_change(service, facts=proposal.after, note="Again.", by=cast["colleague"], at=NOW)
    proposals.propose_change(service, facts=proposal.after, note="Me too.", by=cast["board"], at=NOW)


def test_deciders_are_notified_but_not_about_their_own_proposals(service, cast):
    second = factories.seat(Role.MANAGER, service.partnership)
    for by, notified in [(cast["colleague"], {cast["manager"], second}), (second, {cast["manager"]})]:
        proposal = proposals.propose_change(service, facts={"cost": f"As {by} says"}, note="So.", by=by, at=NOW)
        notices = Notice.objects.about(proposal).filter(kind="partners.proposal_made")
        assert {notice.recipient for notice in notices} == notified


@pytest.mark.parametrize("archived", ["service", "partner"])
def test_no_change_to_an_archived_service_is_proposed(service, cast, archived):
    thing = service if archived == "service" else service.partnership
    thing.archived_at = NOW
    thing.save()
    with pytest.raises(proposed_changes.CannotPropose, match="is archived"):
        proposals.propose_change(service, facts={"cost": "$5"}, note="So.", by=cast["colleague"], at=NOW)


def test_funding_and_visibility_cannot_be_proposed(service, cast):
    with pytest.raises(proposed_changes.CannotPropose, match="You have not changed anything"):
        proposals.propose_change(service, facts={"is_public": False}, note="Hide it.", by=cast["board"], at=NOW)


# ---------------------------------------------------------------- Who sees, who decides
@pytest.mark.parametrize(
    ("who", "sees", "decides"),
    [
        ("stranger", 404, 404),
        ("neighbor", 404, 404),
        ("board", 404, 404),
        ("nobody", 404, 404),
        ("colleague", 200, 403),
        ("state", 200, 403),
        ("manager", 200, 302),
        ("staff", 200, 302),
    ],
)
def test_who_may_see_and_decide_a_proposal(as_, proposal, who, sees, decides):
    assert as_(who).get(page("proposal_detail", proposal.pk)).status_code == sees
    assert as_(who).post(page("proposal_accept", proposal.pk)).status_code == decides
    assert as_(who).post(page("proposal_decline", proposal.pk), {"answer": "No."}).status_code == decides
    proposal.refresh_from_db()
    assert (proposal.status == "declined") == (decides == 302)


def test_an_open_proposal_is_shown_on_first_pages_the_service_page_and_in_the_navigation(as_, area, service, proposal):
    home = reverse("dashboards:home", args=[area.slug])
    for who in ("manager", "staff"):
        shown = words(as_(who).get(home))
        assert "Terrence Okafor proposed a change to GED classes" in shown
        assert "1<span" in shown.split("Updates", 1)[1][:120], "counted in the navigation"
        assert "Review the proposal" in words(as_(who).get(page("service_detail", service.pk)))
    assert page("proposal_detail", proposal.pk) not in words(as_("neighbor").get(page("service_detail", service.pk)))
    assert "proposed a change" not in words(as_("neighbor").get(home))


# ---------------------------------------------------------------- Approving
def test_approval_applies_the_changes_and_notifies_the_proposer(as_, service, proposal, cast):
    client = as_("manager")
    answer = client.post(page("proposal_accept", proposal.pk), decision(client, proposal), follow=True)
    assert "GED classes is updated. Terrence Okafor will be notified." in words(answer)
    service.refresh_from_db()
    proposal.refresh_from_db()
    assert (service.hours, service.cost, service.verified_on) == ("Mon to Thu", "$20 for the test", None)
    assert (proposal.status, proposal.taken, proposal.decided_by) == ("accepted", ["cost", "hours"], cast["manager"])
    change = changes_of(service)[0]
    assert (change.who, change.where) == ("Joel Abara", "proposed by Terrence Okafor")
    mail = Notice.objects.get(kind="partners.proposal_decided")
    assert (mail.to, mail.subject) == (cast["colleague"].email, "Approved: your change to GED classes")
    assert page("proposal_detail", proposal.pk) in mail.text


def test_approval_confirms_the_service_with_the_confirm_box(as_, service, proposal, cast):
    client = as_("manager")
    client.post(page("proposal_accept", proposal.pk), decision(client, proposal, confirm="on"))
    service.refresh_from_db()
    assert service.verified_by == cast["manager"]


def test_only_selected_changes_are_approved(as_, service, proposal):
    client = as_("staff")
    data = decision(client, proposal, take=["hours"], answer="The test is free now.")
    client.post(page("proposal_accept", proposal.pk), data)
    service.refresh_from_db()
    assert (service.hours, service.cost) == ("Mon to Thu", "Free")
    shown = words(as_("colleague").get(page("proposal_detail", proposal.pk)))
    assert "Partly approved" in shown
    assert "Not approved: cost." in shown
    mail = Notice.objects.get(kind="partners.proposal_decided")
    assert "Declined: cost." in mail.text
    assert "The test is free now." in mail.text


def test_approval_needs_a_selected_change(as_, service, proposal):
    client = as_("staff")
    answer = client.post(page("proposal_accept", proposal.pk), decision(client, proposal, take=[]), follow=True)
    assert "Select the changes to approve" in words(answer)
    proposal.refresh_from_db()
    assert proposal.status == "open"


def test_edits_of_other_fields_do_not_conflict(as_, service, proposal, cast):
    services.update_service(service, facts={"phone": "(555) 010-0199"}, by=cast["manager"], at=NOW)
    client = as_("staff")
    assert client.get(page("proposal_detail", proposal.pk)).context["conflicts"] == 0
    client.post(page("proposal_accept", proposal.pk), decision(client, proposal))
    service.refresh_from_db()
    assert (service.hours, service.phone) == ("Mon to Thu", "(555) 010-0199")


def test_a_conflicting_change_shows_three_values_and_is_not_preselected(as_, service, proposal, cast):
    services.update_service(service, facts={"hours": "Fri"}, by=cast["manager"], at=NOW)
    client = as_("staff")
    shown = client.get(page("proposal_detail", proposal.pk))
    [conflict] = [one for one, _ in shown.context["differences"] if one.conflicts]
    assert (conflict.before, conflict.now, conflict.after) == ("Mon", "Fri", "Mon to Thu")
    for title in ("When it was proposed", "Now", "Proposed"):
        assert f'<p class="op-diff__title">{title}</p>' in words(shown)
    untouched = decision(client, proposal)
    assert untouched["take"] == ["cost"], "A conflicting change is not preselected"
    client.post(page("proposal_accept", proposal.pk), untouched | {"take": ["cost", "hours"]})
    service.refresh_from_db()
    assert (service.hours, service.cost) == ("Mon to Thu", "$20 for the test")


def test_approval_does_not_overwrite_values_the_decider_has_not_seen(as_, service, proposal, cast):
    client = as_("staff")
    seen = decision(client, proposal)
    services.update_service(service, facts={"hours": "Fri"}, by=cast["manager"], at=NOW)
    answer = client.post(page("proposal_accept", proposal.pk), seen, follow=True)
    assert "Someone has just changed: days and hours. Review it again" in words(answer)
    service.refresh_from_db()
    proposal.refresh_from_db()
    assert (service.hours, service.cost, proposal.status) == ("Fri", "Free", "open")


def test_only_proposed_fields_can_be_approved(as_, service, proposal):
    client = as_("staff")
    data = decision(client, proposal, take=["hours", "name"]) | {"seen-name": proposed_changes.mark_of(service.name)}
    client.post(page("proposal_accept", proposal.pk), data)
    service.refresh_from_db()
    assert (service.name, service.hours) == ("GED classes", "Mon to Thu")


def test_no_change_to_an_archived_service_is_approved(as_, service, proposal):
    client = as_("staff")
    data = decision(client, proposal)
    Service.objects.update(archived_at=NOW)
    answer = client.post(page("proposal_accept", proposal.pk), data, follow=True)
    assert "This service is archived" in words(answer)
    proposal.refresh_from_db()
    assert proposal.status == "open"


def test_differences_show_the_labels_of_choices(service, cast):
    facts = {"modes": ["phone", "video"], "kind": "basic"}
    proposal = proposals.propose_change(service, facts=facts, note="Since May.", by=cast["board"], at=NOW)
    shown = {one.name: (one.before, one.after) for one in proposed_changes.differences_of(proposals.KIND, proposal)}
    assert shown == {"modes": ("In a group", "By phone, By video"), "kind": ("", "Basic career service")}


# ---------------------------------------------------------------- Declining, withdrawing
def test_declining_needs_a_reason_and_keeps_the_selection(as_, service, proposal, cast):
    client = as_("manager")
    answer = client.post(page("proposal_decline", proposal.pk), decision(client, proposal, take=["cost"]))
    assert answer.status_code == 200
    assert "Enter a reason." in words(answer)
    assert [name.name for name, is_ticked in answer.context["differences"] if is_ticked] == ["cost"]
    client.post(page("proposal_decline", proposal.pk), {"answer": "We moved it to Friday."})
    service.refresh_from_db()
    proposal.refresh_from_db()
    assert (service.hours, proposal.status, proposal.answer) == ("Mon", "declined", "We moved it to Friday.")
    assert "We moved it to Friday." in Notice.objects.get(kind="partners.proposal_decided").text
    assert "We moved it to Friday." in words(as_("colleague").get(page("proposal_detail", proposal.pk)))


def test_only_the_proposer_can_withdraw(as_, proposal):
    for who, status in (("manager", 403), ("staff", 403), ("neighbor", 404), ("colleague", 302)):
        assert as_(who).post(page("proposal_withdraw", proposal.pk)).status_code == status
    proposal.refresh_from_db()
    assert proposal.status == "withdrawn"
    assert not Notice.objects.filter(kind="partners.proposal_decided").exists()


@pytest.mark.parametrize("act", ["accept", "decline", "withdraw"])
def test_a_decided_proposal_cannot_be_decided_again(as_, service, proposal, cast, act):
    proposals.decline_proposal(proposal, answer="No.", by=cast["manager"], at=NOW)
    who = "colleague" if act == "withdraw" else "staff"
    data = {"answer": "Yes.", "take": ["hours"], "seen-hours": proposed_changes.mark_of("Mon")}
    answer = as_(who).post(page(f"proposal_{act}", proposal.pk), data, follow=True)
    assert "Joel Abara has already decided. Status: Declined." in words(answer)
    service.refresh_from_db()
    proposal.refresh_from_db()
    assert (service.hours, proposal.answer) == ("Mon", "No.")


def test_a_proposer_with_an_inactive_account_is_not_notified(proposal, cast):
    cast["colleague"].is_active = False
    cast["colleague"].save()
    proposals.decline_proposal(proposal, answer="No.", by=cast["manager"], at=NOW)
    assert not Notice.objects.filter(kind="partners.proposal_decided").exists()


# ---------------------------------------------------------------- The list, the rows, the cost
def test_the_list_shows_visible_proposals_and_is_filtered(as_, area, service, proposal, cast):
    address = page("proposal_list", area.slug)
    for who, number in (("staff", 1), ("manager", 1), ("colleague", 1), ("neighbor", 0), ("board", 0)):
        assert as_(who).get(address).context["table"].page.paginator.count == number, who
    client = as_("staff")
    for query, number in (("status=open", 1), ("status=declined", 0), ("q=okafor+ged", 1), ("q=nowhere", 0)):
        assert client.get(f"{address}?{query}").context["table"].page.paginator.count == number, query
    for column in ("service", "status", "proposed", "proposer"):
        assert client.get(f"{address}?sort=-{column}&partner={service.partnership_id}").status_code == 200
    file = b"".join(client.get(f"{address}?export=csv").streaming_content).decode("utf-8-sig")
    assert file.splitlines()[0] == "Service,Status,Proposed on,Proposed by,Proposed changes"
    assert as_("stranger").get(address).status_code == 404


def test_the_list_runs_the_same_queries_for_one_and_for_many_proposals(as_, area, service, proposal, cast, queries_of):
    client, address = as_("staff"), page("proposal_list", area.slug)
    client.get(address)
    before = queries_of(lambda: client.get(address))
    for _ in range(10):
        factories.make_proposal(factories.make_service(service.partnership), cast["board"])
    assert queries_of(lambda: client.get(address)) == before


@pytest.mark.parametrize(
    "fields",
    [
        {"proposed_by": None},
        {"status": "accepted"},
        {"status": "declined", "decided_at": NOW},
        {"status": "accepted", "decided_at": NOW, "taken": []},
        {"decided_at": NOW},
    ],
)
def test_constraints_of_a_proposal(proposal, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(**fields)


def test_a_proposal_records_its_history(proposal, cast):
    proposals.decline_proposal(proposal, answer="No.", by=cast["manager"], at=NOW)
    assert [event.status for event in proposal.history.order_by("pgh_id")] == ["open", "declined"]
