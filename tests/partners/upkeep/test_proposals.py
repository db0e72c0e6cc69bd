"""Changes proposed by people who may not make them."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from onestop.history.reading import changes_of
from onestop.notices.models import Notice
from partners.models import Partnership, Proposal, Role, Service
from partners.upkeep import proposals, services
from tests import factories

NOW = timezone.now()


@pytest.fixture
def service(partner: Partnership) -> Service:
    return factories.make_service(
        partner, name="GED classes", hours="Mon", cost="Free", languages=["English"], modes=["group"]
    )


@pytest.fixture
def proposal(service, cast) -> Proposal:
    """The representative wants other hours, and says what it costs."""
    facts = {"hours": "Mon to Thu", "cost": "$20 for the test"}
    return proposals.propose_change(service, facts=facts, note="I teach it.", by=cast["colleague"], at=NOW)


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


def words(answer) -> str:
    return answer.content.decode()


def filled(client, address: str, **typed: object) -> dict[str, object]:
    form = client.get(address).context["form"]
    data: dict[str, object] = {"version": form.version}
    for bound in form:
        shown = bound.field.prepare_value(bound.value())
        data[bound.html_name] = data[bound.html_initial_name] = "" if shown is None else shown
    return data | typed


def decision(client, proposal: Proposal, **more: object) -> dict[str, object]:
    """Return what the page sends when nothing is touched on it."""
    shown = client.get(page("proposal_detail", proposal.pk)).context["differences"]
    take = [one.name for one, is_ticked in shown if is_ticked]
    return {"take": take} | {f"seen-{one.name}": one.mark for one, _ in shown} | more


# ---------------------------------------------------------------- Proposing
@pytest.mark.parametrize("who", ["colleague", "neighbor", "board", "state"])
def test_whoever_sees_a_service_and_may_not_edit_it_proposes(as_, cast, service, who):
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
    assert (service.hours, service.languages) == ("Mon", ["English"]), "What was approved last stays"
    assert "Take it back" in words(client.get(answer.url))


@pytest.mark.parametrize(("who", "status"), [("stranger", 404), ("nobody", 404), ("manager", 302), ("staff", 302)])
def test_who_may_edit_edits_and_a_stranger_finds_nothing(as_, service, who, status):
    answer = as_(who).get(page("proposal_add", service.pk))
    assert answer.status_code == status
    if status == 302:
        assert answer.url == page("service_edit", service.pk)
        assert "Propose a change" not in words(as_(who).get(page("service_detail", service.pk)))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"hours": "Mon to Thu", "note": ""}, "Say in a sentence how you know"),
        ({"note": "It is wrong."}, "Nothing is different from what it says now"),
        ({"hours": "x" * 400, "note": "Long."}, "at most 300 characters"),
    ],
)
def test_what_cannot_be_proposed_is_said_and_nothing_typed_is_lost(as_, service, typed, says):
    client, address = as_("board"), page("proposal_add", service.pk)
    answer = client.post(address, filled(client, address, **typed))
    assert says in words(answer)
    assert answer.context["form"]["note"].value() == typed["note"]
    assert not Proposal.objects.exists()


def test_nothing_is_proposed_on_a_text_that_somebody_has_just_changed(as_, service, cast):
    client, address = as_("board"), page("proposal_add", service.pk)
    data = filled(client, address, cost="$20", note="I know.")
    services.update_service(service, facts={"hours": "Fri"}, by=cast["manager"], at=NOW)
    answer = client.post(address, data)
    assert "Joel Abara saved this while you had it open" in words(answer)
    again = dict(answer.context["form"].data.lists())
    client.post(address, again)
    assert Proposal.objects.get().after == {"cost": "$20"}, "The others' change is not proposed away"


def test_the_same_is_not_proposed_twice_by_one_person(service, proposal, cast):
    with pytest.raises(proposals.CannotPropose, match="already"):
        proposals.propose_change(service, facts=proposal.after, note="Again.", by=cast["colleague"], at=NOW)
    proposals.propose_change(service, facts=proposal.after, note="Me too.", by=cast["board"], at=NOW)


def test_who_decides_is_told_and_never_about_their_own(service, cast):
    second = factories.seat(Role.MANAGER, service.partnership)
    for by, told in [(cast["colleague"], {cast["manager"], second}), (second, {cast["manager"]})]:
        proposal = proposals.propose_change(service, facts={"cost": f"As {by} says"}, note="So.", by=by, at=NOW)
        notices = Notice.objects.about(proposal).filter(kind="partners.proposal_made")
        assert {notice.recipient for notice in notices} == told


@pytest.mark.parametrize("archived", ["service", "partner"])
def test_nothing_is_proposed_about_what_is_archived(service, cast, archived):
    thing = service if archived == "service" else service.partnership
    thing.archived_at = NOW
    thing.save()
    with pytest.raises(proposals.CannotPropose, match="not offered any more"):
        proposals.propose_change(service, facts={"cost": "$5"}, note="So.", by=cast["colleague"], at=NOW)


def test_who_pays_and_who_sees_it_is_not_for_others_to_propose(service, cast):
    with pytest.raises(proposals.CannotPropose, match="Nothing is different"):
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
def test_who_sees_a_proposal_and_who_decides(as_, proposal, who, sees, decides):
    assert as_(who).get(page("proposal_detail", proposal.pk)).status_code == sees
    assert as_(who).post(page("proposal_accept", proposal.pk)).status_code == decides
    assert as_(who).post(page("proposal_decline", proposal.pk), {"answer": "No."}).status_code == decides
    proposal.refresh_from_db()
    assert (proposal.status == "declined") == (decides == 302)


def test_it_waits_on_the_first_pages_the_service_s_page_and_in_the_navigation(as_, area, service, proposal):
    home = reverse("dashboards:home", args=[area.slug])
    for who in ("manager", "staff"):
        shown = words(as_(who).get(home))
        assert "Terrence Okafor proposed a change to GED classes" in shown
        assert "1<span" in shown.split("Proposed changes", 1)[1][:120], "counted in the navigation"
        assert "Look at it and decide" in words(as_(who).get(page("service_detail", service.pk)))
    assert "proposes a change" not in words(as_("neighbor").get(page("service_detail", service.pk)))
    assert "proposed a change" not in words(as_("neighbor").get(home))


# ---------------------------------------------------------------- Accepting
def test_one_click_accepts_tells_who_proposed_it_and_confirms_nothing(as_, service, proposal, cast):
    client = as_("manager")
    answer = client.post(page("proposal_accept", proposal.pk), decision(client, proposal), follow=True)
    assert "GED classes is changed. Terrence Okafor is told." in words(answer)
    service.refresh_from_db()
    proposal.refresh_from_db()
    assert (service.hours, service.cost, service.verified_on) == ("Mon to Thu", "$20 for the test", None)
    assert (proposal.status, proposal.taken, proposal.decided_by) == ("accepted", ["cost", "hours"], cast["manager"])
    change = changes_of(service)[0]
    assert (change.who, change.where) == ("Joel Abara", "proposed by Terrence Okafor")
    mail = Notice.objects.get(kind="partners.proposal_decided")
    assert (mail.to, mail.subject) == (cast["colleague"].email, "Accepted: your change to GED classes")
    assert page("proposal_detail", proposal.pk) in mail.text


def test_with_a_tick_it_counts_as_confirmed_too(as_, service, proposal, cast):
    client = as_("manager")
    client.post(page("proposal_accept", proposal.pk), decision(client, proposal, confirm="on"))
    service.refresh_from_db()
    assert service.verified_by == cast["manager"]


def test_a_part_is_accepted_by_its_ticks(as_, service, proposal):
    client = as_("staff")
    data = decision(client, proposal, take=["hours"], answer="The test is free now.")
    client.post(page("proposal_accept", proposal.pk), data)
    service.refresh_from_db()
    assert (service.hours, service.cost) == ("Mon to Thu", "Free")
    shown = words(as_("colleague").get(page("proposal_detail", proposal.pk)))
    assert "Accepted in part" in shown
    assert "Not taken: cost." in shown
    mail = Notice.objects.get(kind="partners.proposal_decided")
    assert "Not taken: cost." in mail.text
    assert "The test is free now." in mail.text


def test_ticking_nothing_decides_nothing(as_, service, proposal):
    client = as_("staff")
    answer = client.post(page("proposal_accept", proposal.pk), decision(client, proposal, take=[]), follow=True)
    assert "Nothing is ticked" in words(answer)
    proposal.refresh_from_db()
    assert proposal.status == "open"


def test_other_fields_that_changed_do_not_stand_in_its_way(as_, service, proposal, cast):
    services.update_service(service, facts={"phone": "555-0199"}, by=cast["manager"], at=NOW)
    client = as_("staff")
    assert client.get(page("proposal_detail", proposal.pk)).context["conflicts"] == 0
    client.post(page("proposal_accept", proposal.pk), decision(client, proposal))
    service.refresh_from_db()
    assert (service.hours, service.phone) == ("Mon to Thu", "555-0199")


def test_the_same_field_changed_meanwhile_is_shown_three_ways_and_asked(as_, service, proposal, cast):
    services.update_service(service, facts={"hours": "Fri"}, by=cast["manager"], at=NOW)
    client = as_("staff")
    shown = client.get(page("proposal_detail", proposal.pk))
    [conflict] = [one for one, _ in shown.context["differences"] if one.conflicts]
    assert (conflict.before, conflict.now, conflict.after) == ("Mon", "Fri", "Mon to Thu")
    for title in ("When it was proposed", "Now", "Proposed"):
        assert f'<p class="op-diff__title">{title}</p>' in words(shown)
    untouched = decision(client, proposal)
    assert untouched["take"] == ["cost"], "What conflicts is not ticked by itself"
    client.post(page("proposal_accept", proposal.pk), untouched | {"take": ["cost", "hours"]})
    service.refresh_from_db()
    assert (service.hours, service.cost) == ("Mon to Thu", "$20 for the test")


def test_what_the_decider_has_not_seen_is_not_overwritten(as_, service, proposal, cast):
    client = as_("staff")
    seen = decision(client, proposal)
    services.update_service(service, facts={"hours": "Fri"}, by=cast["manager"], at=NOW)
    answer = client.post(page("proposal_accept", proposal.pk), seen, follow=True)
    assert "Somebody has just changed this: days and hours. Look again" in words(answer)
    service.refresh_from_db()
    proposal.refresh_from_db()
    assert (service.hours, service.cost, proposal.status) == ("Fri", "Free", "open")


def test_nothing_but_what_was_proposed_can_be_slipped_in(as_, service, proposal):
    client = as_("staff")
    data = decision(client, proposal, take=["hours", "name"]) | {"seen-name": proposals.mark_of(service.name)}
    client.post(page("proposal_accept", proposal.pk), data)
    service.refresh_from_db()
    assert (service.name, service.hours) == ("GED classes", "Mon to Thu")


def test_an_archived_service_takes_no_change(as_, service, proposal):
    client = as_("staff")
    data = decision(client, proposal)
    Service.objects.update(archived_at=NOW)
    answer = client.post(page("proposal_accept", proposal.pk), data, follow=True)
    assert "This service is archived" in words(answer)
    proposal.refresh_from_db()
    assert proposal.status == "open"


def test_lists_are_shown_in_words(service, cast):
    facts = {"modes": ["phone", "video"], "kind": "basic"}
    proposal = proposals.propose_change(service, facts=facts, note="Since May.", by=cast["board"], at=NOW)
    told = {one.name: (one.before, one.after) for one in proposals.differences_of(proposal)}
    assert told == {"modes": ("In a group", "By phone, By video"), "kind": ("", "Basic career service")}


# ---------------------------------------------------------------- Declining, taking back
def test_declining_needs_a_reason_and_keeps_what_was_ticked(as_, service, proposal, cast):
    client = as_("manager")
    answer = client.post(page("proposal_decline", proposal.pk), decision(client, proposal, take=["cost"]))
    assert answer.status_code == 200
    assert "Say why, in a sentence" in words(answer)
    assert [name.name for name, is_ticked in answer.context["differences"] if is_ticked] == ["cost"]
    client.post(page("proposal_decline", proposal.pk), {"answer": "We moved it to Friday."})
    service.refresh_from_db()
    proposal.refresh_from_db()
    assert (service.hours, proposal.status, proposal.answer) == ("Mon", "declined", "We moved it to Friday.")
    assert "We moved it to Friday." in Notice.objects.get(kind="partners.proposal_decided").text
    assert "We moved it to Friday." in words(as_("colleague").get(page("proposal_detail", proposal.pk)))


def test_only_who_proposed_it_takes_it_back(as_, proposal):
    for who, status in (("manager", 403), ("staff", 403), ("neighbor", 404), ("colleague", 302)):
        assert as_(who).post(page("proposal_withdraw", proposal.pk)).status_code == status
    proposal.refresh_from_db()
    assert proposal.status == "withdrawn"
    assert not Notice.objects.filter(kind="partners.proposal_decided").exists()


@pytest.mark.parametrize("act", ["accept", "decline", "withdraw"])
def test_what_is_decided_is_not_decided_again(as_, service, proposal, cast, act):
    proposals.decline_proposal(proposal, answer="No.", by=cast["manager"], at=NOW)
    who = "colleague" if act == "withdraw" else "staff"
    data = {"answer": "Yes.", "take": ["hours"], "seen-hours": proposals.mark_of("Mon")}
    answer = as_(who).post(page(f"proposal_{act}", proposal.pk), data, follow=True)
    assert "Joel Abara has decided already: declined." in words(answer)
    service.refresh_from_db()
    proposal.refresh_from_db()
    assert (service.hours, proposal.answer) == ("Mon", "No.")


def test_who_can_no_longer_sign_in_gets_no_mail(proposal, cast):
    cast["colleague"].is_active = False
    cast["colleague"].save()
    proposals.decline_proposal(proposal, answer="No.", by=cast["manager"], at=NOW)
    assert not Notice.objects.filter(kind="partners.proposal_decided").exists()


# ---------------------------------------------------------------- The list, the rows, the cost
def test_the_list_holds_what_each_may_see_and_narrows_down(as_, area, service, proposal, cast):
    address = page("proposal_list", area.slug)
    for who, number in (("staff", 1), ("manager", 1), ("colleague", 1), ("neighbor", 0), ("board", 0)):
        assert as_(who).get(address).context["table"].page.paginator.count == number, who
    client = as_("staff")
    for query, number in (("status=open", 1), ("status=declined", 0), ("q=okafor+ged", 1), ("q=nowhere", 0)):
        assert client.get(f"{address}?{query}").context["table"].page.paginator.count == number, query
    for column in ("service", "status", "proposed", "proposer"):
        assert client.get(f"{address}?sort=-{column}&partner={service.partnership_id}").status_code == 200
    file = b"".join(client.get(f"{address}?export=csv").streaming_content).decode("utf-8-sig")
    assert file.splitlines()[0] == "Service,Status,Proposed,By,What would change"
    assert as_("stranger").get(address).status_code == 404


def test_the_list_costs_the_same_for_one_and_for_many(as_, area, service, proposal, cast, queries_of):
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
def test_a_proposal_is_sound(proposal, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(**fields)


def test_a_proposal_keeps_its_history(proposal, cast):
    proposals.decline_proposal(proposal, answer="No.", by=cast["manager"], at=NOW)
    assert [event.status for event in proposal.history.order_by("pgh_id")] == ["open", "declined"]
