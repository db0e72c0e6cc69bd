"""Signatories named by a partner's own people: staff are notified, and they can sign a day later."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from onestop.notices.models import Notice
from partners.models import Membership, Partnership, Representative
from partners.people import representatives, turnover
from partners.people.roster import roster_of
from partners.people.single_person_risk import alone_of, with_dependence
from tests.factories import make_representative

NOW = timezone.now()


def page(name, *args):
    return reverse(f"partners:representative_{name}", args=args)


def named():
    return Notice.objects.filter(kind="partners.signatory_named")


def signatories_of(partner):
    counted: Any = Partnership.objects.with_people().get(pk=partner.pk)
    return counted.signatories


def name_signatory(partner, by, **facts):
    given = {"name": "Ida Stone", "email": "ida@millrace.example", "is_signatory": True} | facts
    return representatives.add_representative(partner, facts=given, by=by, at=timezone.now())


def test_signatory_named_by_a_manager_is_pending_and_staff_are_notified(partner, cast):
    person = name_signatory(partner, cast["manager"])
    assert not person.may_sign(timezone.now())
    assert person.may_sign(timezone.now() + timedelta(hours=25))
    assert {notice.recipient for notice in named()} == {cast["staff"]}
    assert "Joel Abara added Ida Stone as a signatory" in named().get().text
    assert list(Representative.objects.signing()) == []
    assert signatories_of(partner) == 0
    assert roster_of(partner, cast["staff"]).signing == []
    alone = alone_of(with_dependence(Partnership.objects.all()).get(pk=partner.pk))
    assert "signs" not in {one.function for one in alone}


def test_signatory_can_sign_after_a_day(partner, cast):
    person = name_signatory(partner, cast["manager"])
    Representative.objects.update(signatory_from=timezone.now() - timedelta(seconds=1))
    assert list(Representative.objects.signing()) == [person]
    assert signatories_of(partner) == 1
    assert [one.name for one in roster_of(partner, cast["staff"]).signing] == ["Ida Stone"]


def test_signatory_named_by_staff_can_sign_at_once(partner, cast):
    assert name_signatory(partner, cast["staff"]).may_sign(timezone.now())
    assert not named().exists()


def test_staff_confirm_a_signatory_on_the_detail_page(as_, partner, cast):
    person = name_signatory(partner, cast["manager"])
    client = as_("staff")
    assert "Confirm this signatory" in client.get(page("detail", person.pk)).content.decode()
    assert client.post(page("confirm_signatory", person.pk)).status_code == 302
    person.refresh_from_db()
    assert person.may_sign(timezone.now())
    assert {notice.status for notice in named()} == {Notice.Status.WITHDRAWN}
    with pytest.raises(representatives.CannotSpeak, match="can already sign"):
        representatives.confirm_signatory(person, by=cast["staff"], at=timezone.now())


def test_manager_cannot_confirm_a_signatory(as_, partner, cast):
    person = name_signatory(partner, cast["manager"])
    shown = as_("manager").get(page("detail", person.pk)).content.decode()
    assert "or earlier if One-Stop staff confirm." in shown
    assert "Confirm this signatory" not in shown
    assert as_("manager").post(page("confirm_signatory", person.pk)).status_code == 403


@pytest.mark.parametrize("changed", ["name", "email", "user"])
def test_changed_person_of_a_signatory_is_pending_again(partner, cast, changed):
    person = make_representative(partner, name="Ida Stone", email="ida@millrace.example", is_signatory=True)
    other = {"name": "Max Vole", "email": "max@millrace.example", "user": cast["colleague"]}
    facts = {"name": person.name, "email": person.email, "user": None, "is_signatory": True, changed: other[changed]}
    person = representatives.update_representative(person, facts=facts, by=cast["manager"], at=timezone.now())
    assert not person.may_sign(timezone.now())
    assert named().exists()


def test_changed_phone_of_a_signatory_is_not_pending(partner, cast):
    person = make_representative(partner, name="Ida Stone", is_signatory=True)
    facts = {"phone": "(555) 010-0123", "is_signatory": True}
    assert representatives.update_representative(person, facts=facts, by=cast["manager"], at=NOW).may_sign(NOW)
    assert not named().exists()


def test_former_signatory_is_no_longer_pending(partner, cast):
    person = name_signatory(partner, cast["manager"])
    person = representatives.update_representative(person, facts={"is_signatory": False}, by=cast["manager"], at=NOW)
    assert (person.is_signatory, person.signatory_from) == (False, None)
    assert {notice.status for notice in named()} == {Notice.Status.WITHDRAWN}
    with pytest.raises(representatives.CannotSpeak, match="no longer named"):
        representatives.confirm_signatory(person, by=cast["staff"], at=NOW)


@pytest.mark.parametrize(("by", "at_once"), [("manager", False), ("staff", True)])
def test_heir_of_a_signatory_is_pending_unless_named_by_staff(partner, cast, by, at_once):
    old = make_representative(partner, cast["colleague"], is_signatory=True)
    seat = Membership.objects.get(user=cast["colleague"])
    turnover.end_seat(seat, heirs={f"representative-{old.pk}": cast["manager"]}, by=cast[by], at=timezone.now())
    new = Representative.objects.current().get(partnership=partner)
    assert (new.user, new.may_sign(timezone.now())) == (cast["manager"], at_once)
    assert named().exists() != at_once


def test_list_shows_pending_signatories(as_, area, partner, cast):
    name_signatory(partner, cast["manager"])
    client, url = as_("staff"), page("list", area.slug)
    assert "Pending" in client.get(url).content.decode()
    assert "Ida Stone" not in client.get(url + "?signs=yes").content.decode()


def test_constraint_only_a_signatory_has_signatory_from(partner):
    with pytest.raises(IntegrityError, match="only_a_signatory"), transaction.atomic():
        make_representative(partner, is_signatory=False, signatory_from=NOW)
