"""Practices: share what worked without personal data, and adopt it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from onestop.editing.personal_data import find_personal_data
from onestop.history.reading import changes_of
from partners.models import Adoption, Practice
from partners.practices import practices
from tests import factories
from tests.partners.glossary.test_terms import text_of
from tests.partners.upkeep.test_services import filled

NOW = timezone.now()


def page(name: str, *args: object) -> str:
    return reverse(f"partners:{name}", args=args)


@pytest.fixture
def practice(area, partner, cast) -> Practice:
    practice = factories.make_practice(
        area, title="One intake form", told_by=partner, topics=["Intake"], written_by=cast["colleague"]
    )
    practice.partners.add(partner)
    return practice


def sent(**more) -> dict[str, object]:
    facts = {
        "title": "A van",
        "situation": "No bus.",
        "did": "We drove.",
        "result": "All came.",
        "happened_on": "2026-09",
    }
    return facts | {"vouched": "on"} | more


def facts(**more) -> dict[str, object]:
    return {"title": "A van", "situation": "-", "did": "-", "result": "-", "happened_on": date(2026, 9, 1)} | more


# ---------------------------------------------------------------- Sharing
@pytest.mark.parametrize("who", ["staff", "manager", "colleague", "board"])
def test_anyone_with_a_seat_in_the_area_shares_practices(as_, cast, area, partner, who):
    program = factories.make_program()
    client = as_(who)
    data = sent(topics="Transport, Employers; transport", partners=[partner.pk], programs=[program.pk])
    answer = client.post(page("practice_add", area.slug), data, follow=True)
    assert "“A van” shared with the partners of" in text_of(answer)
    practice = Practice.objects.get()
    assert (practice.written_by, practice.happened_on) == (cast[who], date(2026, 9, 1))
    assert (practice.topics, list(practice.partners.all())) == (["Transport", "Employers"], [partner])
    assert list(practice.programs.all()) == [program]


def test_the_only_organization_of_a_person_is_preselected(as_, area, partner):
    form = as_("colleague").get(page("practice_add", area.slug)).context["form"]
    assert form["told_by"].value() == partner.pk


@pytest.mark.parametrize("typed", ["2026-09", "09/2026", "9/2026", "September 2026", "Sep 2026", "2026-09-17"])
def test_months_are_read_in_several_formats(as_, area, typed):
    as_("staff").post(page("practice_add", area.slug), sent(happened_on=typed))
    assert Practice.objects.get().happened_on == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"vouched": ""}, "Confirm that the text does not identify any customer."),
        ({"happened_on": "soon"}, "This is not a month."),
        ({"happened_on": "2999-01"}, "This month is in the future."),
        ({"title": "one INTAKE form"}, "already has a practice “one INTAKE form”"),
        ({"situation": " "}, "is missing"),
        ({"topics": "x" * 61}, "too long for one item"),
    ],
)
def test_errors_are_shown_and_values_kept(as_, area, practice, wrong, words):
    answer = text_of(as_("staff").post(page("practice_add", area.slug), sent(**wrong)))
    assert words in answer
    assert "All came." in answer
    assert Practice.objects.count() == 1


def test_add_practice_requires_confirmation_and_partners_of_the_area(area, other_area, partner):
    with pytest.raises(practices.CannotKeepPractice, match="does not identify any customer"):
        practices.add_practice(area, facts=facts(), vouched=False, by=None, at=NOW)
    stranger = other_area.partnerships.model.objects.filter(area=other_area).first() or factories.make_partnership(
        other_area
    )
    for wrong in ({"partners": [stranger]}, {"told_by": stranger}):
        with pytest.raises(practices.CannotKeepPractice, match="partners of this area"):
            practices.add_practice(area, facts=facts(**wrong), vouched=True, by=None, at=NOW)
    assert not Practice.objects.exists()


def test_the_database_checks_months_and_titles(area, practice):
    for wrong in ({"happened_on": date(2026, 9, 2)}, {"title": "ONE intake form"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.make_practice(area, **wrong)


# ---------------------------------------------------------------- Personal data
@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("We met Maria Lopez, 34, at the desk.", "a name with an age", "Maria Lopez, 34"),
        ("Maria (34) came back.", "a name with an age", "Maria (34)"),
        ("Jerome, a 19-year-old, came.", "a name with an age", "Jerome, a 19-year-old"),
        ("SSN 123-45-6789", "a Social Security number", "123-45-6789"),
        ("call (555) 010-0142", "a phone number", "(555) 010-0142"),
        ("call 555.010.0142 now", "a phone number", "555.010.0142"),
        ("born 3/14/1988", "a date of birth", "born 3/14/1988"),
        ("DOB: March 3, 1988", "a date of birth", "DOB: March 3, 1988"),
        ("Case # 00-4711", "a case number", "Case # 00-4711"),
        ("customer ID A99812", "a case number", "customer ID A99812"),
        ("write to maria@lopez.example", "an e-mail address", "maria@lopez.example"),
        ("Mrs. Lopez said", "a name", "Mrs. Lopez"),
    ],
)
def test_personal_data_is_found(text, kind, words):
    assert [(one.kind, one.words) for one in find_personal_data([text])] == [(kind, words)]


@pytest.mark.parametrize(
    "text",
    [
        "Of 26 trials in a year, 17 became jobs.",
        "A first visit at Center Street takes 25 minutes instead of 70.",
        "In Riverbend, 12 people came; in Millpond, 30 to 40.",
        "20 CFR 678.305(d) asks for direct linkage by July 1, 2026.",
        "In this case, forty customers were served, and the file was closed.",
        "Millrace, 14 weeks, and Harvest Road, 3 days.",
    ],
)
def test_plain_numbers_are_not_personal_data(text):
    assert find_personal_data([text]) == []


def test_each_finding_needs_confirmation(as_, area):
    client, address = as_("colleague"), page("practice_add", area.slug)
    data = sent(did="Maria Lopez, 34, came. Call (555) 010-0142.")
    answer = text_of(client.post(address, data))
    assert "“Maria Lopez, 34” looks like a name with an age" in answer
    assert "“(555) 010-0142” looks like a phone number" in answer
    assert not Practice.objects.exists()
    data["fine"] = ["(555) 010-0142"]
    assert "Remove them, or select them to confirm that they are fine." in text_of(client.post(address, data))
    data |= {"did": "A customer came. Call (555) 010-0142."}
    assert "shared with the partners of" in text_of(client.post(address, data, follow=True))


def test_confirmed_findings_are_not_asked_for_again(as_, practice):
    practice.did = "Call (555) 010-0142."
    practice.save()
    client, address = as_("staff"), page("practice_edit", practice.pk)
    data = filled(client, address, happened_on="2026-09", vouched="on", result="Better.")
    assert client.post(address, data).status_code == 302
    data = filled(client, address, happened_on="2026-09", vouched="on", result="Mrs. Lopez came.")
    assert "“Mrs. Lopez” looks like a name" in text_of(client.post(address, data))


# ---------------------------------------------------------------- Editing
@pytest.mark.parametrize(
    ("who", "status"), [("staff", 200), ("manager", 200), ("colleague", 200), ("neighbor", 403), ("board", 403)]
)
def test_the_author_their_manager_and_staff_may_edit(as_, practice, who, status):
    assert as_(who).get(page("practice_edit", practice.pk)).status_code == status


def test_concurrent_edits_show_a_conflict(as_, cast, practice):
    client, address = as_("manager"), page("practice_edit", practice.pk)
    data = filled(client, address, happened_on="2026-09", vouched="on", result="Mine.")
    practices.update_practice(practice, facts={"did": "Theirs."}, vouched=True, by=cast["staff"], at=NOW)
    answer = client.post(address, data)
    assert "Dana Whitcomb saved this while you had it open." in text_of(answer)
    form = answer.context["form"]
    assert (form["did"].value(), form["result"].value()) == ("Theirs.", "Mine.")


def test_archiving_offers_undo_and_keeps_adoptions(as_, area, practice, neighbor_partner):
    practice.adoptions.create(partnership=neighbor_partner, adopted_on=date(2026, 9, 1))
    client = as_("manager")
    answer = client.post(page("practice_archive", practice.pk), follow=True)
    assert page("practice_restore", practice.pk) in text_of(answer)
    assert as_("board").get(page("practice_detail", practice.pk)).status_code == 404
    client = as_("manager")
    with pytest.raises(practices.CannotKeepPractice, match="archived"):
        practices.update_practice(practice, facts={}, vouched=True, by=None, at=NOW)
    client.post(page("practice_restore", practice.pk))
    assert "Crosswalk Legal Aid" in text_of(client.get(page("practice_detail", practice.pk)))


# ---------------------------------------------------------------- Adoption
def test_a_manager_records_an_adoption(as_, practice, neighbor_partner):
    client = as_("neighbor")
    assert "Adopt this practice" in text_of(client.get(page("practice_detail", practice.pk)))
    data = {"partnership": neighbor_partner.pk, "since": "2026-10-01", "note": "On Mondays."}
    client.post(page("practice_adopt", practice.pk), data)
    answer = text_of(client.get(page("practice_detail", practice.pk)))
    assert "On Mondays." in answer
    assert "Adopted by 1 other partner" in answer
    assert f'href="{page("practice_adopt", practice.pk)}"' not in answer, "no partner is left to adopt it"
    adoption = practice.adoptions.get()
    assert as_("manager").get(page("adoption_end", adoption.pk)).status_code == 403
    as_("neighbor").post(page("adoption_end", adoption.pk))
    assert not Adoption.objects.exists()


def test_notes_are_searched_for_personal_data(as_, practice, neighbor_partner):
    client, address = as_("neighbor"), page("practice_adopt", practice.pk)
    data = {"partnership": neighbor_partner.pk, "since": "2026-10-01", "note": "Mrs. Lopez liked it."}
    assert "looks like a name" in text_of(client.post(address, data))
    assert client.post(address, data | {"fine": "on"}).status_code == 302


def test_staff_choose_any_partner_and_managers_their_own(as_, practice, partner, neighbor_partner):
    field = as_("staff").get(page("practice_adopt", practice.pk)).context["form"].fields["partnership"]
    assert set(field.queryset) == {partner, neighbor_partner}
    answer = as_("manager").post(
        page("practice_adopt", practice.pk), {"partnership": neighbor_partner.pk, "since": "2026-10-01"}
    )
    assert "choose one of the options" in text_of(answer)


def test_invalid_adoptions_are_refused(area, other_area, practice, partner):
    def adopt(partnership=partner, since=date(2026, 9, 1)):
        return practices.adopt_practice(practice, partnership=partnership, since=since, by=None, at=NOW)

    with pytest.raises(practices.CannotAdopt, match="in the future"):
        adopt(since=NOW.date() + timedelta(days=3))
    with pytest.raises(practices.CannotAdopt, match="Only partners of this area"):
        adopt(factories.make_partnership(other_area))
    adopt()
    with pytest.raises(practices.CannotAdopt, match="already adopted this practice"):
        adopt()
    practices.archive_practice(practice, by=None, at=NOW)
    with pytest.raises(practices.CannotAdopt, match="archived"):
        adopt(factories.make_partnership(area))


@pytest.mark.django_db(transaction=True)  # what one transaction writes is one change
def test_the_history_shows_adoptions_and_removals(cast, practice, neighbor_partner):
    adoption = practices.adopt_practice(
        practice, partnership=neighbor_partner, since=date(2026, 9, 1), by=cast["neighbor"], at=NOW
    )
    practices.end_adoption(adoption, by=cast["staff"], at=NOW)
    ended, begun, *_ = changes_of(practice, practices.HISTORY_LINKS)
    assert [(part.verb, part.thing, part.name) for part in ended.parts] == [
        ("removed", "adoption", "Crosswalk Legal Aid")
    ]
    assert (begun.who, begun.parts[0].verb) == ("Bea Norling", "added")


# ---------------------------------------------------------------- List
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=intake+form", True),
        ("q=desks", True),
        ("q=nowhere", False),
        ("topic=Intake", True),
        ("program=p1", True),
        ("adopted=yes", False),
        ("adopted=no", True),
        ("archived=yes", False),
    ],
)
def test_the_list_filters(as_, area, practice, query, shown):
    practice.programs.add(factories.make_program(code="p1"))
    answer = text_of(as_("board").get(page("practice_list", area.slug) + f"?{query}"))
    assert ("One plan, not two." in answer) is shown


def test_the_list_filters_by_partner(as_, area, practice, partner, neighbor_partner):
    client = as_("board")

    def shown(partnership) -> bool:
        answer = client.get(page("practice_list", area.slug), {"partner": partnership.pk})
        return "One plan, not two." in text_of(answer)

    assert (shown(partner), shown(neighbor_partner)) == (True, False)
    practice.adoptions.create(partnership=neighbor_partner, adopted_on=date(2026, 9, 1))
    assert shown(neighbor_partner)


def test_the_export_holds_all_columns(as_, area, practice, neighbor_partner):
    practice.adoptions.create(partnership=neighbor_partner, adopted_on=date(2026, 9, 1))
    answer = as_("board").get(page("practice_list", area.slug) + "?export=csv")
    text = b"".join(answer.streaming_content).decode()
    for words in ("Two desks, one customer.", "2026-09", "Crosswalk Legal Aid", "Millrace Adult Learning"):
        assert words in text


def test_lists_and_pages_take_a_constant_number_of_queries(as_, area, partner, practice, queries_of):
    client = as_("staff")

    def add(number: int) -> None:
        other = factories.make_practice(area, title=f"Practice {number}", told_by=partner)
        newcomer = factories.make_partnership(area)
        for one in (other, practice):
            one.partners.add(newcomer)
            one.programs.add(factories.make_program())
            one.adoptions.create(partnership=newcomer, adopted_on=date(2026, 9, 1))

    add(0)
    addresses = [
        page("practice_list", area.slug),
        page("practice_list", area.slug) + "?export=csv",
        page("practice_detail", practice.pk),
        page("practice_edit", practice.pk),
    ]

    def cost() -> list[int]:
        return [queries_of(lambda address=address: b"".join(client.get(address))) for address in addresses]

    cost()
    before = cost()
    for number in range(1, 10):
        add(number)
    assert cost() == before
