"""Templates of agendas: saved from an agenda, an agenda begins from one or from an earlier meeting."""

from typing import Any

import pytest
from django.urls import reverse

from meetings.agendas import templates
from meetings.agendas.locking import CannotChangeAgenda
from meetings.agendas.reading import agenda_of
from meetings.models import AgendaItem, AgendaTemplate, Meeting
from tests import factories
from tests.meetings.meeting_world import NOW, Team, make_team, page_words


@pytest.fixture
def team(area, partner, cast) -> Team:
    team = make_team(area, partner, cast)
    factories.make_agenda_item(team.meetings[0], title="Welcome", purpose="inform", minutes=5)
    factories.make_agenda_item(team.meetings[0], title="Minutes", purpose="consent", owner=team.members[0])
    return team


def titles(meeting: Meeting) -> list[str]:
    return [each.item.title for each in agenda_of(meeting).items]


def save(team: Team, **more: Any) -> AgendaTemplate:
    return templates.save_template(team.meetings[0], **{"name": "Usual"} | more, by=team.staff, at=NOW)


def test_an_agenda_is_saved_as_a_template_and_another_one_begins_from_it(as_, team):
    first, second = team.meetings[:2]
    as_("staff").post(reverse("meetings:template_add", args=[first.pk]), {"name": "Usual"})
    template = AgendaTemplate.objects.get()
    assert "Welcome" in page_words(as_("staff").get(reverse("meetings:template_list", args=[team.group.pk])))
    url = reverse("meetings:agenda_begin", args=[second.pk])
    assert "Template: Usual" in page_words(as_("staff").get(url))
    answer = as_("staff").post(url, {"source": f"template:{template.pk}"}, follow=True)
    assert "2 items are added." in page_words(answer)
    assert titles(second) == ["Welcome", "Minutes"]
    assert [each.item.minutes for each in agenda_of(second).items] == [5, 10]


def test_the_same_form_sent_twice_adds_the_items_once(as_, team):
    template = save(team)
    url = reverse("meetings:agenda_begin", args=[team.meetings[1].pk])
    sent = {"source": f"template:{template.pk}", "idempotency_key": "k" * 30}
    for _twice in range(2):
        as_("staff").post(url, sent)
    assert titles(team.meetings[1]) == ["Welcome", "Minutes"]


def test_an_agenda_begins_from_the_last_meeting_with_who_led_it(as_, team):
    first, second = team.meetings[:2]
    AgendaItem.objects.filter(title="Welcome").update(serves="agreement:1", outcome="done")
    as_("staff").post(reverse("meetings:agenda_begin", args=[second.pk]), {"source": f"meeting:{first.pk}"})
    new = {each.item.title: each.item for each in agenda_of(second).items}
    assert new["Minutes"].owner == team.members[0]
    assert (new["Welcome"].serves, new["Welcome"].outcome) == ("agreement:1", "")


def test_who_left_the_group_leads_nothing_again(team):
    team.members[0].ended_on = team.members[0].from_on
    team.members[0].save()
    templates.begin_from_meeting(team.meetings[1], source=team.meetings[0], by=team.staff, at=NOW)
    assert agenda_of(team.meetings[1]).items[1].owner is None


def test_a_template_is_named_once_and_its_items_can_be_replaced(team):
    template = save(team)
    with pytest.raises(CannotChangeAgenda, match="of this name") as refused:
        save(team)
    assert refused.value.field == "name"
    AgendaItem.objects.filter(title="Welcome").update(title="Roll call")
    save(team, template=template)
    assert [item.title for item in template.items.order_by("position")] == ["Roll call", "Minutes"]


def test_a_removed_template_is_restored_unless_its_name_is_taken(as_, team):
    template = save(team)
    as_("staff").post(reverse("meetings:template_remove", args=[template.pk]))
    with pytest.raises(CannotChangeAgenda, match="was removed"):
        templates.begin_from_template(team.meetings[1], template=template, by=team.staff, at=NOW)
    as_("staff").post(reverse("meetings:template_restore", args=[template.pk]))
    template.refresh_from_db()
    assert template.archived_at is None
    templates.remove_template(template, by=team.staff, at=NOW)
    save(team)
    with pytest.raises(CannotChangeAgenda, match="of this name"):
        templates.restore_template(template, by=team.staff, at=NOW)


def test_a_template_of_another_group_is_of_no_use(area, team):
    other = factories.make_agenda_template(factories.make_group(area))
    with pytest.raises(CannotChangeAgenda, match="was removed"):
        templates.begin_from_template(team.meetings[1], template=other, by=team.staff, at=NOW)


def test_the_list_of_templates_costs_the_same_for_one_and_for_ten(as_, team, queries_of):
    url = reverse("meetings:template_list", args=[team.group.pk])
    factories.make_agenda_template(team.group)
    as_("staff").get(url)
    one = queries_of(lambda: as_("staff").get(url))
    for _number in range(9):
        factories.make_agenda_template(team.group)
    assert queries_of(lambda: as_("staff").get(url)) == one
