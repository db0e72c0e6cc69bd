"""What can be done with selected partners and representatives: write, ask to confirm, archive and restore."""

import re
from html import unescape

import pytest
from django.urls import reverse

from partners.models import ConfirmationRequest, Partnership
from partners.people.recipients import LONGEST, Recipient, in_groups
from tests import factories


def page(name: str, area, **query: object) -> str:
    return reverse(f"partners:{name}", args=[area.slug], query=query or None)


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


# ---------------------------------------------------------------- Write
def test_selected_partners_are_written_to_at_their_representatives(as_, area, partner, neighbor_partner):
    factories.make_representative(partner, name="Luz Ferrand", email="luz@millrace.example")
    client = as_("colleague")
    picks = {"pick": [partner.pk, neighbor_partner.pk]}
    answer = client.post(page("partnership_write_picked", area), picks, follow=True)
    assert answer.redirect_chain[0][0] == page("write", area, partner=[partner.pk, neighbor_partner.pk])
    shown = words(answer)
    assert "Write to 1 person" in shown
    assert 'href="mailto:?bcc=luz@millrace.example"' in shown
    without = shown.split("No email address on record:")[1]
    assert neighbor_partner.organization.name in without
    assert partner.organization.name not in without


def test_selected_people_are_written_to(as_, area, partner):
    people = [
        factories.make_representative(partner, name=f"Person {n}", email=f"p{n}@millrace.example", kind=kind)
        for n, kind in enumerate(("main", "alternate"))
    ]
    client = as_("board")
    picks = {"pick": [person.pk for person in people]}
    shown = words(client.post(page("representative_write_picked", area), picks, follow=True))
    assert "Write to 2 people" in shown
    assert "mailto:?bcc=p0@millrace.example,p1@millrace.example" in shown


def test_people_of_other_areas_are_not_written_to(as_, area, other_area, partner):
    stranger = factories.make_representative(
        factories.make_partnership(other_area), name="Zoe", email="zoe@far.example"
    )
    answer = as_("staff").get(page("write", area, person=stranger.pk, partner=stranger.partnership_id))
    assert "zoe@far.example" not in words(answer)
    assert "None of the selected rows has an email address." in words(answer)


@pytest.mark.parametrize("name", ["partnership_write_picked", "partnership_ask_picked", "partnership_archive_picked"])
def test_empty_selection_shows_a_message(as_, area, name):
    answer = as_("staff").post(page(name, area), {"pick": ["x"]}, follow=True)
    assert "Select at least one partner first." in words(answer)


def test_long_lists_of_addresses_are_split_into_links_that_mail_programs_open():
    many = [Recipient(f"P{n}", "Agency", f"Person.{n}@agency-with-a-long-name.example") for n in range(200)]
    groups = in_groups([*many, *many, Recipient("Nobody", "Agency", "")])
    assert sum(map(len, groups)) == 200, "each address once"
    assert max(len(",".join(group)) for group in groups) <= LONGEST
    assert len(groups) == 6


def test_an_address_cannot_add_a_subject_or_further_people(as_, area, partner):
    person = factories.make_representative(partner, name="Eve", email="eve?cc=all@x.example")
    shown = words(as_("staff").get(page("write", area, person=person.pk)))
    [link] = re.findall(r'href="(mailto:\?bcc=[^"]*)"', shown)
    assert unescape(link).count("?") == 1


# ---------------------------------------------------------------- Ask
def test_selected_partners_are_asked_to_confirm(as_, area, partner, neighbor_partner):
    for each in (partner, neighbor_partner):
        factories.make_service(each)
        factories.make_representative(each, email=f"rep{each.pk}@agency.example")
    as_("staff").post(page("partnership_ask_picked", area), {"pick": [partner.pk, neighbor_partner.pk]})
    assert set(ConfirmationRequest.objects.values_list("partnership", flat=True)) == {partner.pk, neighbor_partner.pk}


# ---------------------------------------------------------------- Archive
def test_selected_partners_are_archived_after_a_confirmation_and_restored(as_, area, partner, neighbor_partner):
    client, archive = as_("staff"), page("partnership_archive_picked", area)
    picks = {"pick": [partner.pk, neighbor_partner.pk]}
    asked = words(client.post(archive, picks))
    assert "Archive 2 partners?" in asked
    assert partner.organization.name in asked
    assert Partnership.objects.current().filter(area=area).count() == 2, "nothing happens before the confirmation"
    done = words(client.post(archive, picks | {"confirm": 1}, follow=True))
    assert "2 partners are archived." in done
    assert not Partnership.objects.current().filter(area=area).exists()
    [restore] = re.findall(rf"{page('partnership_restore_picked', area)}\?[^\"]*", unescape(done))
    assert "2 partners are restored." in words(client.post(restore, follow=True))
    assert Partnership.objects.current().filter(area=area).count() == 2


def test_partners_of_another_area_are_not_archived(as_, area, other_area):
    stranger = factories.make_partnership(other_area)
    as_("staff").post(page("partnership_archive_picked", area), {"pick": [stranger.pk], "confirm": 1})
    assert Partnership.objects.current().filter(pk=stranger.pk).exists()


def test_managers_are_not_offered_to_ask_or_archive(as_, area, partner):
    shown = words(as_("manager").get(page("partnership_list", area)))
    assert page("partnership_write_picked", area) in shown
    assert page("partnership_ask_picked", area) not in shown
    assert page("partnership_archive_picked", area) not in shown
