"""The history of a partner, and concurrent edits of the same form."""

from datetime import date

import pghistory
from django.urls import reverse
from django.utils import timezone

from onestop.history.reading import changes_of
from partners.network import partnerships, places
from tests.factories import make_program, make_service, make_user

NOW = timezone.now()


def address(name, *args):
    return reverse(f"partners:partnership_{name}", args=args)


def page_of(answer):
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def latest(partner, links=partnerships.PARTNER_LINKS):
    return changes_of(partner, links)[0]


# ---------------------------------------------------------------- Changes
def test_a_change_has_its_author_and_readable_values(partner, cast):
    old, new = make_program(name="Job Corps"), make_program(name="YouthBuild")
    partnerships.update_partner(partner, programs=[old], by=cast["state"], at=NOW)
    facts = {"commitment": "colocated", "since": date(2016, 7, 1)}
    partnerships.update_partner(partner, facts=facts, programs=[new], by=cast["staff"], at=NOW)
    change = latest(partner)
    fields = [field for part in change.parts for field in part.fields]
    assert change.who == "Dana Whitcomb"
    assert ("Commitment", "", "Co-located") in fields
    assert ("Partner since", "", "Jul 1, 2016") in fields
    assert ("Programs", "Job Corps", "YouthBuild") in fields


def test_archiving_and_restoring_have_their_own_verbs(partner, cast):
    partnerships.archive_partner(partner, by=cast["staff"], at=NOW)
    assert latest(partner).verb == "archived"
    partnerships.restore_partner(partner, by=cast["state"], at=NOW)
    assert (latest(partner).verb, latest(partner).who) == ("restored", "Sana Iqbal")


def test_the_history_page_shows_author_and_values_before_and_after(as_, partner):
    client = as_("staff")
    sent = {"name": "Millrace Learning", "status": "paused", "framework": "", "commitment": ""}
    client.post(address("edit", partner.pk), sent)
    page = page_of(as_("colleague").get(address("history", partner.pk)))
    assert "Dana Whitcomb" in page
    assert "[removed: </span>Active partner<" in page
    assert "[added: </span>Paused<" in page
    assert "[removed: </span>Adult<" in page


def test_only_the_operator_sees_the_page_of_a_change(as_, client, partner):
    sent = {"name": "Millrace Learning", "status": "paused", "framework": "", "commitment": ""}
    as_("staff").post(address("edit", partner.pk), sent)
    changed_at = f'<dd class="op-breaks"> {address("edit", partner.pk)} </dd>'
    for who in ("staff", "manager", "board"):
        page = page_of(as_(who).get(address("history", partner.pk)))
        assert "Technical details" not in page
        assert changed_at not in page
    client.force_login(make_user("Olga Perez", is_superuser=True))
    page = page_of(client.get(address("history", partner.pk)))
    assert "Technical details" in page
    assert changed_at in page


def test_only_the_operator_sees_the_task_of_a_change(as_, client, partner):
    with pghistory.context(task="partners.tasks.tidy"):
        partnerships.update_partner(partner, facts={"commitment": "colocated"}, by=None, at=NOW)
    assert latest(partner).where == "automatically"
    assert "partners.tasks.tidy" not in page_of(as_("staff").get(address("history", partner.pk)))
    client.force_login(make_user("Olga Perez", is_superuser=True))
    assert "partners.tasks.tidy" in page_of(client.get(address("history", partner.pk)))


def test_imports_and_commands_are_named(partner):
    with pghistory.context(task="import", file="partners.csv"):
        partnerships.update_partner(partner, facts={"notes": "From the sheet"}, by=None, at=NOW)
    assert latest(partner).where == "import of partners.csv"
    assert latest(partner).who == "The portal"


def test_the_history_page_needs_the_same_queries_for_one_change_and_for_ten(as_, partner, cast, queries_of):
    client, url = as_("staff"), address("history", partner.pk)
    edit = lambda text: client.post(  # noqa: E731
        address("edit", partner.pk),
        {"name": "Millrace Adult Learning", "status": "active", "notes": text, "framework": "", "commitment": ""},
    )
    make_service(partner)
    edit("one")
    client.get(url)
    for_one = queries_of(lambda: client.get(url))
    for number in range(9):
        edit(f"number {number}")
        make_service(partner)
    assert queries_of(lambda: client.get(url)) == for_one


def test_a_history_does_not_contain_changes_of_other_partners(partner, neighbor_partner, cast):
    partnerships.update_partner(neighbor_partner, facts={"notes": "Secret"}, by=cast["staff"], at=NOW)
    fields = [
        field for change in changes_of(partner, ("services",))[:50] for part in change.parts for field in part.fields
    ]
    assert not any("Secret" in words for field in fields for words in field)


# ---------------------------------------------------------------- Concurrent edits
def opened(client, partner):
    """Return what a browser submits after opening the edit form: its values, initial values and version."""
    form = client.get(address("edit", partner.pk)).context["form"]
    sent = {"version": form.version}
    for bound in form:
        value = bound.initial
        value = "" if value is None else value
        sent[bound.html_name] = sent[bound.html_initial_name] = value
    return sent


def test_input_is_kept_when_somebody_else_has_saved(as_, partner, cast):
    client = as_("manager")
    mine = opened(client, partner) | {"phone": "(555) 010-0111", "notes": "Ring the lower bell"}
    theirs = {"notes": "Ring the upper bell", "counties_served": "Alder"}
    partnerships.update_partner(partner, facts=theirs, by=cast["staff"], at=NOW)
    answer = client.post(address("edit", partner.pk), mine)
    page, form = page_of(answer), answer.context["form"]
    assert "Dana Whitcomb saved this while you were editing it." in page
    assert form["notes"].value() == "Ring the lower bell"
    assert form["phone"].value() == "(555) 010-0111"
    assert form["counties_served"].value() == "Alder"  # fields without own input show the saved value
    assert [conflict.label for conflict in answer.context["conflicts"]] == ["Notes"]
    partner.refresh_from_db()
    assert partner.notes == "Ring the upper bell"


def test_the_form_can_be_saved_after_the_conflict_was_shown(as_, partner, cast):
    client = as_("manager")
    mine = opened(client, partner) | {"notes": "Mine"}
    partnerships.update_partner(
        partner, facts={"notes": "Theirs", "counties_served": "Alder"}, by=cast["staff"], at=NOW
    )
    form = client.post(address("edit", partner.pk), mine).context["form"]
    again = {bound.html_name: bound.value() or "" for bound in form} | {"version": form.version}
    assert client.post(address("edit", partner.pk), again).status_code == 302
    partner.refresh_from_db()
    assert (partner.notes, partner.counties_served) == ("Mine", "Alder")


def test_programs_that_somebody_else_has_added_are_kept(as_, partner, cast):
    old, new = make_program(), make_program()
    partner.programs.add(old)
    client = as_("staff")
    mine = opened(client, partner) | {"programs": [old.pk], "initial-programs": [old.pk], "notes": "Mine"}
    partnerships.update_partner(partner, programs=[old, new], by=cast["state"], at=NOW)
    form = client.post(address("edit", partner.pk), mine).context["form"]
    assert sorted(form["programs"].value()) == sorted([str(old.pk), str(new.pk)])


def test_saving_without_changes_writes_no_history(partner, cast):
    before = len(changes_of(partner, partnerships.PARTNER_LINKS))
    partnerships.update_partner(partner, facts={"notes": partner.notes}, programs=[], by=cast["staff"], at=NOW)
    assert len(changes_of(partner, partnerships.PARTNER_LINKS)) == before


def test_a_location_has_a_history(as_, partner, cast):
    place = places.add_location(partner.organization, facts={"name": "Mill Street"}, by=cast["manager"], at=NOW)
    places.update_location(place, facts={"accessibility": ["ramp", "loop"]}, by=cast["manager"], at=NOW)
    page = page_of(as_("board").get(reverse("partners:location_history", args=[place.pk])))
    assert "Ramp, Hearing loop" in page
    assert "Joel Abara" in page
