"""An organization in two areas: what people of one area may see and do in the other, and who manages the whole."""

import threading

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from onestop.notices.models import Notice
from partners.models import Invitation, Location, Membership, OrganizationProposal, Role
from partners.network import joining, organization_proposals, partnerships
from partners.network.organization_proposals import propose_change
from partners.people import invitations, turnover
from partners.upkeep.proposed_changes import CannotDecide, CannotPropose, LookAgain, mark_of
from partners.upkeep.services import CannotKeepService, add_service
from tests import factories
from tests.factories import make_area, make_location, make_partnership, make_service, seat
from tests.partners.importing.files import bring

NOW = timezone.now()


def address(name, *args):
    return reverse(f"partners:{name}", args=args)


def page_of(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.fixture
def downriver(area):
    """Another area of the same state."""
    return make_area(state=area.state, name="Downriver", slug="downriver")


@pytest.fixture
def agency(partner):
    """The organization that both areas share, with details to protect."""
    organization = partner.organization
    organization.phone, organization.website = "(555) 010-0177", "https://millrace.example"
    organization.save()
    return organization


@pytest.fixture
def theirs(downriver, agency):
    """The same organization as a partner in the other area."""
    return make_partnership(downriver, organization=agency)


@pytest.fixture
def kit(downriver):
    """Staff of the other area."""
    return seat(Role.STAFF, downriver, name="Kit Lowell")


@pytest.fixture
def whole(agency):
    """A manager of the whole organization."""
    return seat(Role.MANAGER, agency, name="Wanda Hale")


# ---------------------------------------------------------------- Adding the organization
def add(client, downriver, agency, **more):
    return client.post(address("partnership_add", downriver.slug), {"name": agency.name, "status": "active"} | more)


def test_a_known_organization_is_offered_with_its_name_and_state_only(client, kit, downriver, agency):
    client.force_login(kit)
    page = page_of(add(client, downriver, agency))
    assert agency.name in page
    assert "Riverland" in page
    for fact in ("(555)", "010-0177", "millrace.example", "Riverbend"):
        assert fact not in page


def test_its_managers_and_the_staff_of_its_other_areas_are_notified(client, kit, downriver, agency, cast, whole):
    client.force_login(kit)
    assert add(client, downriver, agency, use=agency.pk).status_code == 302
    notices = Notice.objects.filter(kind="partners.organization_joined")
    assert {notice.recipient for notice in notices} == {cast["manager"], cast["staff"], whole}
    assert all("Downriver" in notice.subject and "Kit Lowell" in notice.text for notice in notices)


def test_the_area_that_adds_it_does_not_see_who_was_notified(client, kit, downriver, agency, whole):
    client.force_login(kit)
    add(client, downriver, agency, use=agency.pk)
    assert "Wanda Hale" not in page_of(client.get(address("notice_list", downriver.slug)))


def test_a_new_organization_causes_no_notifications(client, kit, downriver, cast):
    client.force_login(kit)
    client.post(address("partnership_add", downriver.slug), {"name": "Fresh Start Works", "status": "active"})
    assert not Notice.objects.filter(kind="partners.organization_joined").exists()


def test_finding_the_recipients_needs_the_same_queries_for_one_new_partner_and_for_ten(
    downriver, agency, cast, kit, queries_of
):
    def join(number):
        rows = [make_partnership(factories.make_area(state=agency.state), organization=agency) for _ in range(number)]
        return queries_of(lambda: joining.notify_joined(rows, by=kit, at=NOW))

    first, many = join(1), join(10)
    assert many - first <= 10 * 3  # the queries of each notice


# ---------------------------------------------------------------- Permissions of the other area's staff
def test_staff_do_not_see_the_other_areas_people(client, kit, theirs, cast, agency, whole):
    client.force_login(kit)
    for who in (cast["manager"], cast["colleague"], whole):
        assert client.get(address("person_detail", who.pk)).status_code == 404
        assert client.post(address("person_deactivate", who.pk)).status_code == 404
    for page in ("colleague_list", "organization_detail"):
        shown = page_of(client.get(address(page, agency.pk)))
        assert not [who for who in ("Joel Abara", "Terrence Okafor", "Wanda Hale") if who in shown]
    shown = page_of(client.get(address("partnership_detail", theirs.pk)))
    assert not [who for who in ("Joel Abara", "Terrence Okafor", "Wanda Hale") if who in shown]
    shown = page_of(client.get(address("seat_list", theirs.area.slug)))
    assert not [who for who in ("Joel Abara", "Terrence Okafor", "Wanda Hale") if who in shown]


def test_staff_who_give_themselves_the_managers_seat_get_it_only_for_their_area(client, kit, theirs, partner, area):
    service = make_service(partner, name="GED classes")
    client.force_login(kit)
    sent = {"role": "manager", "partner": theirs.pk}
    assert client.post(address("seat_add", theirs.area.slug, kit.pk), sent).status_code == 302
    assert Membership.objects.get(user=kit, role=Role.MANAGER).partnership == theirs
    assert client.post(address("service_edit", service.pk), {"name": "Taken"}).status_code == 404
    assert client.get(address("partnership_detail", partner.pk)).status_code == 404
    assert client.get(reverse("dashboards:home", args=[area.slug])).status_code == 404


@pytest.mark.parametrize("place", ["whole", "other"])
def test_staff_may_not_give_a_seat_for_the_whole_organization_or_another_area(client, kit, theirs, partner, place):
    client.force_login(kit)
    sent = {
        "role": "manager",
        "partner": "whole" if place == "whole" else partner.pk,
        "name": "Max",
        "email": "m@x.example",
    }
    assert client.post(address("seat_add", theirs.area.slug, kit.pk), sent).status_code == 200
    assert client.post(address("invitation_add", theirs.area.slug), sent).status_code == 200
    client.post(address("colleague_invite", theirs.organization_id), sent)
    assert not Membership.objects.filter(user=kit, role=Role.MANAGER).exists()
    # With a single possible place the form does not ask, and uses the partnership of the staff's area.
    assert not Invitation.objects.exclude(partnership=theirs).exists()


def test_staff_of_one_area_may_not_deactivate_a_person_with_seats_in_two(client, kit, theirs, cast):
    seat(Role.REPRESENTATIVE, theirs, cast["manager"])
    client.force_login(kit)
    assert client.post(address("person_deactivate", cast["manager"].pk)).status_code == 403
    here = Membership.objects.get(user=cast["manager"], partnership=theirs)
    there = Membership.objects.get(user=cast["manager"], role=Role.MANAGER)
    assert client.post(address("seat_end", here.pk), {}).status_code == 302
    assert client.post(address("seat_end", there.pk), {}).status_code == 404
    there.refresh_from_db()
    assert there.ended_at is None


def test_successors_of_an_areas_staff_come_from_that_area(kit, theirs, cast, whole):
    local = seat(Role.REPRESENTATIVE, theirs, name="Lena Poe")
    [(_, [thing])] = [
        (kind, things) for kind, things in turnover.open_items(turnover.leaving_all(kit)) if kind.code == "area_staff"
    ]
    assert thing.heirs == (local,)


def test_a_manager_of_the_whole_organization_is_not_offered_as_a_successor(theirs, whole):
    local, colleague = seat(Role.MANAGER, theirs, name="Lena Poe"), seat(Role.REPRESENTATIVE, theirs)
    factories.make_representative(theirs, local)
    found = turnover.open_items(turnover.leaving_all(local))
    assert {heir for _, things in found for thing in things for heir in thing.heirs} == {colleague}


# ---------------------------------------------------------------- Details that all areas share
def test_the_people_of_one_area_may_not_change_shared_details(client, as_, kit, theirs, partner, agency, cast):
    for who, partnership in [(kit, theirs), (cast["staff"], partner), (cast["manager"], partner)]:
        client.force_login(who)
        assert client.post(address("organization_edit", agency.pk), {"name": "Taken"}).status_code == 403
        page = page_of(client.get(address("partnership_edit", partnership.pk)))
        assert "Propose a change to the organization" in page
        sent = {"status": "active", "name": "Taken", "phone": "1", "local_phone": "(555) 010-0101"}
        version = client.get(address("partnership_edit", partnership.pk)).context["form"].version
        answer = client.post(address("partnership_edit", partnership.pk), sent | {"version": version})
        assert answer.status_code == 302
        agency.refresh_from_db()
        assert (agency.name, agency.phone) == ("Millrace Adult Learning", "(555) 010-0177")
        partnership.refresh_from_db()
        assert partnership.contact_phone == "(555) 010-0101"
        assert "(555) 010-0101" in page_of(client.get(address("partnership_detail", partnership.pk)))


@pytest.mark.parametrize("who", ["whole", "state"])
def test_organization_wide_managers_and_the_state_edit_the_organization(client, who, whole, cast, theirs, agency):
    client.force_login({"whole": whole, "state": cast["state"]}[who])
    form = client.get(address("organization_edit", agency.pk)).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"phone": "(555) 010-0123"}
    answer = client.post(address("organization_edit", agency.pk), sent | {"version": form.version})
    assert answer.status_code == 302
    agency.refresh_from_db()
    assert agency.phone == "(555) 010-0123"


def test_an_import_writes_details_of_a_shared_organization_only_for_its_area(theirs, downriver, agency):
    place = make_location(agency, name="Mill Lane office", city="Riverbend")
    made = bring(
        downriver,
        "partners",
        "Agency,Phone,Web,Location,City\n"
        "Millrace Adult Learning,555-010-0155,https://taken.example,Mill Lane office,Taken\n",
    )
    assert "0177" not in str(made.rows)
    agency.refresh_from_db()
    place.refresh_from_db()
    theirs.refresh_from_db()
    assert (agency.phone, agency.website) == ("(555) 010-0177", "https://millrace.example")
    assert place.city == "Riverbend"
    assert theirs.local_phone.replace("-", "").endswith("0100155")


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("partners", "Agency\nMillrace Adult Learning\n"),
        ("services", "Partner,Service\nMillrace Adult Learning,GED classes\n"),
    ],
)
def test_an_import_that_adds_a_known_organization_notifies_its_people(downriver, agency, cast, kind, data):
    bring(downriver, kind, data, add_missing_partners=True)
    notices = Notice.objects.filter(kind="partners.organization_joined")
    assert {notice.recipient for notice in notices} == {cast["manager"], cast["staff"]}


# ---------------------------------------------------------------- Locations
def test_a_location_of_one_area_is_neither_visible_nor_editable_in_the_other(client, kit, theirs, partner, agency):
    mine = make_location(agency, partnership=partner, name="Mill Lane office")
    shared = make_location(agency, name="Head office")
    client.force_login(kit)
    assert client.get(address("location_detail", mine.pk)).status_code == 404
    assert client.get(address("location_detail", shared.pk)).status_code == 200
    assert client.get(address("location_edit", shared.pk)).status_code == 403
    for page in (address("organization_detail", agency.pk), address("location_list", theirs.area.slug)):
        shown = page_of(client.get(page))
        assert "Head office" in shown
        assert "Mill Lane" not in shown
    sent = {"name": "Mill Lane office", "state_code": "RB"}
    assert client.post(address("location_add", agency.pk), sent).status_code == 302
    assert Location.objects.get(partnership=theirs).name == "Mill Lane office"


def test_a_service_cannot_be_offered_at_locations_of_another_area(client, kit, theirs, partner, agency):
    mine = make_location(agency, partnership=partner)
    client.force_login(kit)
    shared = make_location(agency, name="Head office")
    form = client.get(address("service_add", theirs.pk)).context["form"]
    assert list(form.fields["locations"].queryset) == [shared]
    with pytest.raises(CannotKeepService, match="own locations"):
        add_service(theirs, facts={"name": "GED classes", "locations": [mine]}, by=kit, at=NOW)


def test_only_those_who_see_all_its_areas_see_its_history(client, kit, theirs, agency, whole, cast):
    for who, status in [(kit, 403), (cast["staff"], 403), (whole, 200), (cast["state"], 200)]:
        client.force_login(who)
        assert client.get(address("organization_history", agency.pk)).status_code == status


# ---------------------------------------------------------------- Seats for the whole organization
@pytest.mark.parametrize(("who", "status"), [("state", 302), ("whole", 302), ("staff", 200), ("manager", 200)])
def test_only_the_state_and_organization_wide_managers_invite_for_the_whole_organization(
    client, cast, whole, theirs, partner, agency, who, status
):
    seat(Role.STAFF, theirs.area, cast["staff"])  # in two areas, so that the form asks which
    seat(Role.MANAGER, theirs, cast["manager"])
    client.force_login(whole if who == "whole" else cast[who])
    sent = {"role": "manager", "partner": "whole", "name": "Max Vole", "email": "max@millrace.example"}
    assert client.post(address("colleague_invite", agency.pk), sent).status_code == status
    assert Invitation.objects.filter(organization=agency).exists() == (status == 302)


@pytest.mark.parametrize(("who", "sees"), [("state", True), ("whole", True), ("staff", True), ("board", False)])
def test_the_organizations_page_links_to_the_invitation_for_those_who_may_invite(
    client, cast, whole, theirs, agency, who, sees
):
    client.force_login(whole if who == "whole" else cast[who])
    shown = page_of(client.get(address("organization_detail", agency.pk)))
    assert (address("colleague_invite", agency.pk) in shown) == sees


def test_the_state_may_end_an_organization_wide_seat_and_staff_may_not(client, cast, whole, theirs, agency):
    row = Membership.objects.get(user=whole)
    client.force_login(cast["staff"])
    assert client.post(address("seat_end", row.pk), {}).status_code == 404
    client.force_login(cast["state"])
    assert client.post(address("seat_end", row.pk), {f"organization-{agency.pk}": "nobody"}).status_code == 302
    row.refresh_from_db()
    assert row.ended_at


def test_who_accepts_an_invitation_to_one_area_represents_the_partner_only_there(partner, theirs, agency):
    for one in (partner, theirs):
        factories.make_representative(one, email="gail@millrace.example")
    invitation = factories.make_invitation(Role.MANAGER, theirs, email="gail@millrace.example")
    user = invitations.accept_as_new(invitation, name="Gail Guest", password=None, at=NOW)
    assert [row.partnership for row in user.representations.all()] == [theirs]


# ---------------------------------------------------------------- Proposing a change to the organization
@pytest.fixture
def proposal(agency, theirs, kit, whole):
    return propose_change(agency, facts=facts_with(agency, phone="(555) 010-0199"), note="I called.", by=kit, at=NOW)


def facts_with(agency, **changed):
    return {name: getattr(agency, name) for name in partnerships.ORGANIZATION_FACTS} | changed


def test_staff_propose_a_change_and_organization_wide_managers_decide(client, kit, theirs, agency, whole, cast):
    client.force_login(kit)
    form = client.get(address("organization_propose", agency.pk)).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"phone": "(555) 010-0199", "note": "I called."}
    assert client.post(address("organization_propose", agency.pk), sent | {"version": form.version}).status_code == 302
    proposal = OrganizationProposal.objects.get()
    notices = Notice.objects.filter(kind="partners.organization_proposal_made")
    assert {notice.recipient for notice in notices} == {whole, cast["state"]}
    client.force_login(whole)
    assert "0199" in page_of(client.get(address("organization_proposal", proposal.pk)))
    assert "Proposal by Kit Lowell" in page_of(client.get(address("organization_detail", agency.pk)))
    sent = {"take": "phone", "seen-phone": mark_of(agency.phone)}
    assert client.post(address("organization_proposal_accept", proposal.pk), sent).status_code == 302
    agency.refresh_from_db()
    assert agency.phone == "(555) 010-0199"
    assert Notice.objects.get(kind="partners.organization_proposal_decided").recipient == kit
    notices = Notice.objects.filter(kind="partners.organization_proposal_made")
    assert {notice.status for notice in notices} == {Notice.Status.WITHDRAWN}


def test_declining_a_proposal_requires_a_reason(client, proposal, whole, kit, agency):
    client.force_login(whole)
    page = page_of(client.post(address("organization_proposal_decline", proposal.pk), {"answer": " "}))
    assert "Enter a reason." in page
    client.post(address("organization_proposal_decline", proposal.pk), {"answer": "It rings here."})
    proposal.refresh_from_db()
    assert (proposal.status, proposal.answer) == ("declined", "It rings here.")
    assert "It rings here." in Notice.objects.get(kind="partners.organization_proposal_decided").text


def test_only_the_proposer_may_withdraw_a_proposal(client, proposal, whole, kit):
    client.force_login(whole)
    assert client.post(address("organization_proposal_withdraw", proposal.pk)).status_code == 403
    client.force_login(kit)
    client.post(address("organization_proposal_withdraw", proposal.pk))
    proposal.refresh_from_db()
    assert proposal.status == "withdrawn"


def test_a_repeated_or_empty_proposal_is_refused(proposal, agency, kit):
    with pytest.raises(CannotPropose, match="already"):
        propose_change(agency, facts=facts_with(agency, phone="(555) 010-0199"), note="Again.", by=kit, at=NOW)
    with pytest.raises(CannotPropose, match="not changed anything"):
        propose_change(agency, facts=facts_with(agency), note="Nothing.", by=kit, at=NOW)


def test_a_decision_is_final_and_applies_only_to_the_values_that_were_shown(proposal, agency, whole):
    with pytest.raises(LookAgain):
        organization_proposals.accept_proposal(proposal, take=["phone"], seen={"phone": "?"}, by=whole, at=NOW)
    with pytest.raises(CannotDecide, match="Select the changes"):
        organization_proposals.accept_proposal(proposal, take=[], seen={}, by=whole, at=NOW)
    organization_proposals.decline_proposal(proposal, answer="No.", by=whole, at=NOW)
    with pytest.raises(CannotDecide, match="already"):
        organization_proposals.withdraw_proposal(proposal, by=whole, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_double_submission_creates_one_proposal(agency, theirs, kit):
    outcomes, barrier = [], threading.Barrier(2)

    def propose():
        barrier.wait()
        try:
            propose_change(agency, facts=facts_with(agency, phone="(555) 010-0199"), note="I called.", by=kit, at=NOW)
            outcomes.append("made")
        except CannotPropose:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=propose) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "refused"]
    assert OrganizationProposal.objects.count() == 1
