"""Differences between two editions: added, removed and changed items, by field."""

from dataclasses import replace

from partners.manual.contents import Center, Manual, Partner, Person, Place, Program, Service, Term
from partners.manual.differences import chapters, differences, in_words

GED = Service(id=1, name="GED classes", cost="Free", languages=("English",))
LEGAL = Service(id=2, name="Legal advice")
MILLRACE = Partner(id=10, name="Millrace", services=(GED,))
CROSSWALK = Partner(id=11, name="Crosswalk", services=(LEGAL,))


def manual(*partners: Partner, **more) -> Manual:
    return Manual(name="Riverbend", partners=partners, **more)


def compared(old: Manual, new: Manual) -> list[tuple]:
    return [(row.kind, row.what, row.name, row.fields) for row in differences(old, new)]


def test_a_manual_does_not_differ_from_itself():
    assert differences(manual(MILLRACE), manual(MILLRACE)) == []
    assert in_words([]) == ""


def test_partners_are_added_and_removed_with_their_services():
    assert compared(manual(MILLRACE), manual(CROSSWALK)) == [
        ("partner", "came", "Crosswalk", (("Services", "", "Legal advice"),)),
        ("partner", "went", "Millrace", (("Services", "GED classes", ""),)),
    ]


def test_services_of_a_partner_are_added_removed_and_changed():
    other = Service(id=3, name="Evening school")
    new = replace(MILLRACE, services=(replace(GED, cost="$20", languages=("English", "Spanish")), other))
    old = replace(MILLRACE, services=(GED, LEGAL))
    assert compared(manual(old), manual(new)) == [
        ("service", "changed", "GED classes", (
            ("Cost", "Free", "$20"), ("Languages", "English", "English; Spanish"),
        )),
        ("service", "came", "Evening school", ()),
        ("service", "went", "Legal advice", ()),
    ]  # fmt: skip
    assert {row.of for row in differences(manual(old), manual(new))} == {"Millrace"}


def test_a_new_name_is_a_change():
    renamed = replace(MILLRACE, name="Millrace Learning", services=(replace(GED, name="Diploma classes"),))
    assert compared(manual(MILLRACE), manual(renamed)) == [
        ("partner", "changed", "Millrace Learning", (("Name", "Millrace", "Millrace Learning"),)),
        ("service", "changed", "Diploma classes", (("Name", "GED classes", "Diploma classes"),)),
    ]


def test_a_confirmation_is_no_difference():
    confirmed = replace(GED, confirmed_on="2026-11-24", is_stale=True)
    assert compared(manual(MILLRACE), manual(replace(MILLRACE, services=(confirmed,)))) == []


def test_people_and_places_are_compared_line_by_line():
    joel, ana = Person(name="Joel", speaks="Main representative"), Person(name="Ana", speaks="Alternate")
    old = replace(MILLRACE, people=(joel,))
    new = replace(MILLRACE, people=(joel, ana), places=(Place(name="Mill Lane"),))
    [(_, _, _, fields)] = compared(manual(old), manual(new))
    assert fields == (
        ("Representatives", "Joel, main representative", "Joel, main representative\nAna, alternate"),
        ("Locations", "", "Mill Lane"),
    )


def test_centers_programs_and_terms_are_compared_too():
    old = manual(
        centers=(Center(id=1, name="Center Street", hours="Mon"),),
        programs=(Program(id=1, name="Job Corps"),),
        terms=(Term(id=1, name="Intake", definition="A talk"),),
    )
    new = manual(
        centers=(Center(id=1, name="Center Street", hours="Tue"),),
        programs=(Program(id=1, name="Job Corps", carried_by=("Lockhouse",)), Program(id=2, name="YouthBuild")),
        terms=(),
    )
    assert compared(old, new) == [
        ("center", "changed", "Center Street", (("Hours", "Mon", "Tue"),)),
        ("program", "changed", "Job Corps", (("Carried out by", "", "Lockhouse"),)),
        ("term", "went", "Intake", ()),
    ]
    assert [chapter.title for chapter in chapters(differences(old, new))] == ["Centers", "Programs", "Glossary"]


def test_the_summary_counts_differences():
    third = Partner(id=12, name="Third", services=())
    changed = replace(MILLRACE, services=(replace(GED, cost="$20"), LEGAL))
    words = in_words(differences(manual(MILLRACE, third), manual(changed, CROSSWALK)))
    assert words == "1 partner added, 1 partner removed, 1 service added, 1 service changed"
