"""A form that adds something, sent twice, adds one object, and the second response is that of the first."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, reverse
from django.utils import timezone

from onestop.editing.idempotency import FIELD, KEPT, new_key
from onestop.editing.models import IdempotencyKey
from onestop.editing.tasks import forget_old_idempotency_keys
from partners.models import ConfirmationRequest, Service
from tests.add_forms import ADD_FORMS, REPEATABLE, open_form, rows_of_all_tables
from tests.add_forms.partners import SERVICE, make_stale
from tests.matrix import LINES
from tests.test_house import every_view


@pytest.fixture
def area(standing):
    return standing.area


@pytest.fixture
def cast(standing):
    return standing.cast


@pytest.fixture
def world(standing):
    return standing.world


@pytest.fixture
def staff(as_):
    return as_("staff")


def texts(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


# ---------------------------------------------------------------- Every form
def test_every_address_that_takes_a_form_is_idempotent_or_says_why_not():
    """The matrix names every address; whoever adds one decides here whether its form adds something."""
    views = dict(every_view(get_resolver().url_patterns))
    posted = {line.name for line in LINES if line.method == "POST" and line.name in views}
    keyed = {name for name in posted if getattr(views[name], "is_idempotent", False)}
    assert {name for name in posted - keyed if not REPEATABLE.fullmatch(name)} == {"partners:invitation_accept"}
    assert keyed == set(ADD_FORMS)


@pytest.mark.parametrize("name", ADD_FORMS)
def test_the_same_form_sent_twice_adds_once(name, client, as_, world):
    form = ADD_FORMS[name]
    form.prepare(world)
    client = as_(form.who) if form.who else client
    hidden = open_form(client, name, world)
    before = rows_of_all_tables()
    first = client.post(form.address(name, world), hidden | form.values(world))
    assert first.status_code == 302, first.content.decode()
    once = rows_of_all_tables()
    assert once != before
    second = client.post(form.address(name, world), hidden | form.values(world))
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert rows_of_all_tables() == once
    said = texts(first)
    assert texts(second) in (said, said + said)  # a test client never loses the first messages


# ---------------------------------------------------------------- The key
def test_an_invalid_form_keeps_its_key_for_the_corrected_one(staff, world):
    address = reverse("partners:service_add", args=[world.partner])
    hidden = open_form(staff, "partners:service_add", world)
    page = staff.post(address, hidden | SERVICE | {"name": ""})
    assert page.status_code == 200
    assert hidden[FIELD] in page.content.decode()
    for _ in range(2):
        assert staff.post(address, hidden | SERVICE).status_code == 302
    assert Service.objects.filter(name=SERVICE["name"]).count() == 1


def test_a_form_that_was_refused_can_be_sent_again(staff, world):
    """What was in its way may be gone."""
    address, sent = reverse("partners:partnership_ask", args=[world.partner]), {FIELD: new_key()}
    asked = ConfirmationRequest.objects.count()
    assert "Request sent to" not in texts(staff.post(address, sent))[0]
    make_stale(world)
    assert "Request sent to" in texts(staff.post(address, sent))[-1]
    assert ConfirmationRequest.objects.count() == asked


def test_a_form_that_was_changed_after_it_was_sent_asks_whether_to_add_another(staff, world):
    address = reverse("partners:service_add", args=[world.partner])
    hidden = open_form(staff, "partners:service_add", world)
    first = staff.post(address, hidden | SERVICE)
    page = staff.post(address, hidden | SERVICE | {"name": "Mock interviews", "groups": ["youth", "veterans"]})
    assert page.status_code == 200
    assert Service.objects.filter(name="Mock interviews").count() == 0
    html = page.content.decode()
    assert "You already sent this form" in html
    assert f"{SERVICE['name']} is added" in html
    assert f'href="{first["Location"]}"' in html
    carried = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html))
    assert carried.pop(FIELD) != hidden[FIELD]
    assert carried["name"] == "Mock interviews"
    assert re.findall(r'name="groups" value="(\w+)"', html) == ["youth", "veterans"]


def test_another_file_is_another_import(staff, world, area):
    address = reverse("partners:import_add", args=[area.slug])
    hidden = open_form(staff, "partners:import_add", world)

    def send(content):
        return staff.post(address, hidden | {"kind": "partners", "file": SimpleUploadedFile("a.csv", content)})

    first = send(b"Agency\nWillow Works\n")
    assert send(b"Agency\nWillow Works\n")["Location"] == first["Location"]
    other = send(b"Agency\nHarbor Council\n")
    assert other.status_code == 302
    assert other["Location"] != first["Location"]


def test_nobody_meets_the_key_of_another_person(as_, world):
    """Whoever sends a key that somebody else has used adds their own object, and learns nothing of the other's."""
    address = reverse("partners:service_add", args=[world.partner])
    sent = {FIELD: new_key()} | SERVICE
    theirs = as_("staff").post(address, sent)
    own = as_("manager").post(address, sent | {"name": "Mock interviews"})
    assert own.status_code == 302
    assert own["Location"] != theirs["Location"]
    assert Service.objects.filter(name="Mock interviews").exists()


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "é" * 30])
def test_a_form_without_a_proper_key_is_processed(key, staff, world):
    address = reverse("partners:service_add", args=[world.partner])
    assert staff.post(address, {FIELD: key} | SERVICE).status_code == 302
    assert Service.objects.filter(name=SERVICE["name"]).exists()


def test_the_table_holds_no_emailed_link(client, world):
    form = ADD_FORMS["partners:confirm_change"]
    form.prepare(world)
    hidden = open_form(client, "partners:confirm_change", world)
    address = form.address("partners:confirm_change", world)
    first = client.post(address, hidden | form.values(world))
    assert world.question in first["Location"]
    assert world.question not in IdempotencyKey.objects.get().redirect_to


def test_a_key_is_forgotten_after_a_week(staff, world):
    now = timezone.now()
    for age in (KEPT - timedelta(minutes=1), KEPT + timedelta(minutes=1)):
        IdempotencyKey.objects.create(digest=str(age), content="", created_at=now - age)
    forget_old_idempotency_keys()
    assert [key.created_at > now - KEPT for key in IdempotencyKey.objects.all()] == [True]


def test_an_edit_form_has_no_key(staff, world):
    page = staff.get(reverse("partners:service_edit", args=[world.service]))
    assert f'name="{FIELD}"' not in page.content.decode()
