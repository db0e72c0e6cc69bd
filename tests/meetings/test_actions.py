"""Action items: adding, editing, reassigning, moving, reporting, closing; who may, and what two people do at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from meetings.actions import actions, handover, reports
from meetings.actions.actions import CannotChangeAction
from meetings.actions.reading import board_of, of_area, standing_of
from meetings.models import ActionItem, ActionUpdate, Group
from meetings.rules import PERMISSIONS
from meetings.todo import actions as todo
from onestop.editing.versions import ChangedMeanwhile, version_of
from onestop.ui.small_queries import read_together
from partners.network.panels import panels_of
from partners.people.turnover import leaving_all, leaving_one
from partners.rules import may
from partners.search.network_search import find_in_area
from tests import factories
from tests.at_once import second_waits_for
from tests.meetings.meeting_world import NOW, make_group

DUE = date(2026, 9, 21)
TODAY = date(2026, 9, 7)
NOBODYS: dict[str, Any] = {"partnership": None, "user": None, "name": "", "email": ""}  # whose an item is


@pytest.fixture
def group(area, partner, cast) -> Group:
    return make_group(area, partner, cast["manager"])[0]


@pytest.fixture
def action(group, partner, cast) -> ActionItem:
    return add(group, cast, user=cast["manager"], partnership=partner)


def add(group: Group, cast: Any, **more: Any) -> ActionItem:
    given = {"text": "Send the counts", "due_on": DUE} | more
    return actions.add_action(group, facts=given, by=cast["staff"], at=NOW)


def kinds(action: ActionItem) -> list[str]:
    return list(action.updates.order_by("pk").values_list("kind", flat=True))


# ---------------------------------------------------------------- Adding and editing
def test_an_item_is_somebodys_and_its_day_is_to_come(group, partner, cast):
    with pytest.raises(CannotChangeAction, match="organization") as refused:
        add(group, cast)
    assert refused.value.field == "name"
    with pytest.raises(CannotChangeAction, match="has passed") as refused:
        add(group, cast, partnership=partner, due_on=TODAY - timedelta(days=1))
    assert refused.value.field == "due_on"
    with pytest.raises(CannotChangeAction, match="name of the person"):
        add(group, cast, partnership=partner, email="ann@chamber.example")
    assert add(group, cast, partnership=partner, due_on=TODAY).who == "Millrace Adult Learning"


def test_today_is_today_where_the_group_is(group, partner, cast):
    late = NOW.replace(hour=23, minute=30)  # already tomorrow in UTC
    facts = {"text": "Call", "due_on": TODAY, "partnership": partner}
    assert actions.add_action(group, facts=facts, by=cast["staff"], at=late).due_on == TODAY


def test_who_has_an_account_goes_by_its_name_and_address(group, cast):
    action = add(group, cast, user=cast["manager"])
    assert (action.name, action.email) == (cast["manager"].name, cast["manager"].email.lower())


def test_a_support_team_names_no_customer(area, cast):
    team = factories.make_group(area, kind="support", name="Team 27-014")
    with pytest.raises(CannotChangeAction, match="never the name"):
        add(team, cast, name="Ann Example", text="Call (555) 010-0142")


def test_an_edit_moves_the_day_and_keeps_the_old_one(action, cast):
    actions.update_action(action, facts={"due_on": DUE + timedelta(days=7)}, by=cast["staff"], at=NOW)
    update = action.updates.get()
    assert (update.kind, update.due_before, update.due_on) == ("moved", DUE, DUE + timedelta(days=7))


def test_who_saves_second_learns_what_the_first_has_changed(action, cast):
    version = version_of(action)
    actions.update_action(action, facts={"text": "Send them"}, version=version, by=cast["staff"], at=NOW)
    with pytest.raises(ChangedMeanwhile):
        actions.update_action(action, facts={"text": "Mail them"}, version=version, by=cast["staff"], at=NOW)


def test_the_conflict_screen_keeps_what_was_typed(as_, action, cast, group):
    page = as_("staff").get(reverse("meetings:action_edit", args=[action.pk]))
    form = page.context["form"]
    sent = {"version": form.version, "text": "Mail the counts", "due_on": "2027-01-04"}
    for name in form.fields:
        shown = form[name].value()
        sent.setdefault(name, getattr(shown, "pk", shown) or "")
        sent[f"initial-{name}"] = getattr(form.initial.get(name), "pk", form.initial.get(name)) or ""
    actions.update_action(action, facts={"text": "Send all counts"}, by=cast["manager"], at=NOW)
    page = as_("staff").post(reverse("meetings:action_edit", args=[action.pk]), sent)
    assert page.status_code == 200
    assert b"Send all counts" in page.content
    assert b"Mail the counts" in page.content


def test_a_reassigned_item_says_whose_it_became(action, cast, neighbor_partner):
    actions.update_action(action, facts=NOBODYS | {"partnership": neighbor_partner}, by=cast["staff"], at=NOW)
    action.refresh_from_db()
    assert (action.user, action.name, action.email) == (None, "", "")
    assert action.updates.get().who == "Crosswalk Legal Aid"


# ---------------------------------------------------------------- Reports
def test_progress_done_and_reopened(action, cast):
    reports.report_progress(action, text="Half of them", by=cast["manager"], at=NOW)
    reports.report_progress(action, text="Half of them", by=cast["manager"], at=NOW)  # the form sent twice
    reports.mark_done(action, outcome="In the folder", by=cast["manager"], at=NOW)
    action.refresh_from_db()
    assert (action.status, action.outcome, action.closed_at) == ("done", "In the folder", NOW)
    with pytest.raises(CannotChangeAction, match="already done"):
        reports.mark_done(action, by=cast["manager"], at=NOW)
    actions.reopen_action(action, by=cast["staff"], at=NOW)
    actions.reopen_action(action, by=cast["staff"], at=NOW)
    assert kinds(action) == ["progress", "done", "reopened"]


def test_dropping_needs_a_reason(action, cast):
    with pytest.raises(CannotChangeAction) as refused:
        actions.drop_action(action, reason=" ", by=cast["staff"], at=NOW)
    assert refused.value.field == "reason"
    actions.drop_action(action, reason="The state does it", by=cast["staff"], at=NOW)
    with pytest.raises(CannotChangeAction, match="dropped"):
        reports.report_progress(action, text="Half", by=cast["manager"], at=NOW)
    action.refresh_from_db()
    assert standing_of(action, TODAY).word == "Dropped"


def test_another_day_is_asked_for_and_answered(action, cast):
    later = DUE + timedelta(days=10)
    with pytest.raises(CannotChangeAction, match="later day"):
        reports.ask_for_day(action, due_on=DUE, by=cast["manager"], at=NOW)
    reports.ask_for_day(action, due_on=later, text="Two partners count", by=cast["manager"], at=NOW)
    action.refresh_from_db()
    assert (action.due_on, action.asked_due_on) == (DUE, later)
    actions.keep_due_day(action, text="The board needs it", by=cast["staff"], at=NOW)
    actions.keep_due_day(action, by=cast["staff"], at=NOW)
    reports.ask_for_day(action, due_on=later, by=cast["manager"], at=NOW)
    actions.move_due_day(action, due_on=later, by=cast["staff"], at=NOW)
    action.refresh_from_db()
    assert (action.due_on, action.asked_due_on) == (later, None)
    assert kinds(action) == ["asked", "kept", "asked", "moved"]


def test_what_was_removed_by_mistake_is_restored(action, cast):
    actions.archive_action(action, by=cast["staff"], at=NOW)
    with pytest.raises(CannotChangeAction, match="removed"):
        reports.mark_done(action, by=cast["manager"], at=NOW)
    assert not ActionItem.objects.open().exists()
    actions.restore_action(action, by=cast["staff"], at=NOW)
    assert ActionItem.objects.open().exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_mark_it_done_at_once_one_counts(action, cast):
    outcome = second_waits_for(
        lambda: reports.mark_done(action, outcome="First", by=cast["manager"], at=NOW),
        lambda: reports.mark_done(action, outcome="Second", by=cast["colleague"], at=NOW),
    )
    assert isinstance(outcome, CannotChangeAction)
    action.refresh_from_db()
    assert (action.outcome, kinds(action)) == ("First", ["done"])


def test_a_report_never_changes(action, cast):
    reports.report_progress(action, text="Half", by=cast["manager"], at=NOW)
    with pytest.raises(Exception, match="action_update_stays"):
        ActionUpdate.objects.update(text="All")


# ---------------------------------------------------------------- Who may
@pytest.mark.parametrize(
    ("who", "keeps", "does"),
    [
        ("staff", True, True), ("manager", False, True), ("colleague", False, True), ("neighbor", False, False),
        ("board", False, False), ("state", False, False), ("nobody", False, False), ("outsider", False, False),
    ],
)  # fmt: skip
def test_who_runs_the_group_keeps_items_and_whose_they_are_report(action, cast, who, keeps, does):
    assert may(cast[who], "meetings.keep_action", action) is keeps
    assert may(cast[who], "meetings.report_action", action) is does
    assert {name for name in PERMISSIONS if name.endswith("_action")} == {
        "meetings.add_action", "meetings.keep_action", "meetings.report_action",
    }  # fmt: skip


def test_an_officer_keeps_the_items_of_the_group(action, group, cast):
    factories.make_group_member(group, cast["board"], role="chair")
    assert may(cast["board"], "meetings.keep_action", action)


def test_who_gets_an_account_later_has_the_items_of_the_address(as_, group, cast):
    action = add(group, cast, name="Hollis", email=cast["nobody"].email.upper())
    assert as_("nobody").get(action.get_absolute_url()).status_code == 200
    assert may(cast["nobody"], "meetings.report_action", action)
    assert as_("stranger").get(action.get_absolute_url()).status_code == 404


# ---------------------------------------------------------------- Pages
@pytest.fixture
def now_due(area, partner, cast, group) -> list[ActionItem]:
    """Items of each column of the board, by days from today."""
    made = [
        factories.make_action(group, partnership=partner, name="", email="", due_on=localdate() + timedelta(days=days))
        for days in (-20, -1, 0, 14, 15)
    ]
    own = factories.make_action(group, user=cast["manager"], name="Joel", email=cast["manager"].email.lower())
    reports.mark_done(made[4], by=cast["staff"], at=NOW)
    return [*made, own]


def listed(client: Any, area: Any, query: str = "") -> int:
    page = client.get(reverse("meetings:action_list", args=[area.slug]) + query)
    assert page.status_code == 200
    return page.context["table"].page.paginator.count


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 5), ("?state=overdue", 2), ("?state=soon", 3), ("?state=all_done", 1), ("?state=any", 6),
        ("?whose=organization", 4), ("?whose=mine", 1), ("?within=7", 3), ("?q=joel", 1), ("?state=dropped", 0),
        ("?q=Millrace", 4), ("?state=removed", 0), ("?state=nonsense", 6),
    ],
)  # fmt: skip
def test_the_list_filters(as_, area, now_due, query, number):
    assert listed(as_("manager"), area, query) == number


def test_the_list_is_exported_with_ages(as_, area, now_due):
    url = reverse("meetings:action_list", args=[area.slug])
    page = as_("staff").get(f"{url}?export=csv&state=overdue&sort=due_on")
    text = b"".join(page.streaming_content).decode("utf-8-sig")
    header, first = text.splitlines()[:2]
    assert "Days overdue,Days open" in header
    assert first.endswith(",20,0")
    assert "Overdue" in first


def test_the_board_counts_its_columns(as_, area, now_due, group):
    for _number in range(30):
        factories.make_action(group, due_on=localdate() + timedelta(days=90))
    page = as_("staff").get(reverse("meetings:action_board", args=[area.slug]))
    columns = {column.key: (column.number, len(column.rows)) for column in page.context["columns"]}
    assert columns == {"overdue": (2, 2), "soon": (3, 3), "later": (30, 25), "done": (0, 0)}
    assert "state=later" in page.content.decode()
    mine = as_("manager").get(reverse("meetings:action_board", args=[area.slug]) + "?whose=mine")
    assert sum(column.number for column in mine.context["columns"]) == 1


@pytest.mark.parametrize("view", ["action_list", "action_board"])
def test_a_list_costs_the_same_queries_for_1_and_40_items(as_, area, partner, cast, group, view):
    url = reverse(f"meetings:{view}", args=[area.slug]) + "?per_page=50"

    def queries() -> int:
        as_("staff").get(url)
        with CaptureQueriesContext(connection) as captured:
            as_("staff").get(url)
        return len(captured)

    factories.make_action(group, partnership=partner)
    few = queries()
    for _number in range(39):
        other = factories.make_group(area)
        factories.make_action(other, partnership=partner, user=cast["manager"], name="Joel")
    assert queries() == few


def test_the_pages_of_group_meeting_and_partner_show_their_items(as_, area, partner, cast, group, action):
    series = factories.make_series(group)
    meeting = factories.make_meeting(series)
    at_meeting = factories.make_action(group, meeting=meeting, text="Ask the library")
    for place, shown in ((group, 2), (meeting, 1)):
        page = as_("staff").get(place.get_absolute_url()).content.decode()
        assert page.count("/meetings/actions/") == shown
        assert "Add an action item" in page
    assert "Ask the library" in as_("colleague").get(at_meeting.get_absolute_url()).content.decode()
    panel = next(each for each in panels_of(partner, cast["colleague"], today=TODAY) if each.anchor == "actions")
    assert [row.action for row in panel.facts["rows"]] == [action]
    assert (
        "Send the counts"
        in as_("staff").get(reverse("partners:partnership_detail", args=[partner.pk])).content.decode()
    )


def test_an_item_is_added_at_a_meeting_for_a_member(as_, cast, group):
    meeting = factories.make_meeting(factories.make_series(group))
    member = group.members.get(user=cast["manager"])
    url = reverse("meetings:action_add", args=[group.pk]) + f"?meeting={meeting.pk}"
    given = {"text": "Bring the table", "due_on": "2027-03-01", "who": f"member:{member.pk}"}
    page = as_("staff").post(url, given)
    assert page["Location"] == meeting.get_absolute_url()
    action = ActionItem.objects.get()
    assert (action.meeting, action.user, action.partnership) == (meeting, cast["manager"], member.seat.partnership)
    elsewhere = factories.make_meeting(factories.make_series(factories.make_group(group.area)))
    assert as_("staff").get(url.split("?")[0] + f"?meeting={elsewhere.pk}").status_code == 404


def test_reports_go_through_the_pages(as_, cast, action):
    for name, data in (
        ("progress", {"text": "Half"}), ("ask", {"due_on": "2027-06-01", "text": "More time"}), ("done", {"text": ""}),
    ):  # fmt: skip
        page = as_("manager").post(reverse(f"meetings:action_{name}", args=[action.pk]), data)
        assert page.status_code == 302
    assert kinds(action) == ["progress", "asked", "done"]
    page = as_("manager").post(reverse("meetings:action_done", args=[action.pk]), {"text": "Again"})
    assert b"already done" in page.content
    assert b"Again" in page.content  # what was typed stays
    shown = as_("manager").get(action.get_absolute_url()).content.decode()
    assert "Asked for" in shown
    assert "Mark as done" not in shown


def test_hostile_words_of_reports_stay_words(as_, cast, action):
    bad = "<i hx-post=/x>"
    reports.report_progress(action, text=bad, by=cast["manager"], at=NOW)
    actions.update_action(action, facts=NOBODYS | {"name": bad}, by=cast["staff"], at=NOW)
    page = as_("staff").get(action.get_absolute_url()).content.decode()
    assert bad not in page
    assert page.count("&lt;i hx-post=/x&gt;") >= 3


def test_staff_move_keep_drop_and_remove_through_the_pages(as_, action):
    def send(name: str, **data: str) -> None:
        assert as_("staff").post(reverse(f"meetings:action_{name}", args=[action.pk]), data).status_code == 302

    send("move", due_on="2027-05-03", text="Holiday")
    send("drop", reason="Not needed")
    send("reopen")
    send("archive")
    action.refresh_from_db()
    assert action.is_archived
    assert as_("manager").get(action.get_absolute_url()).status_code == 200
    send("restore")
    assert kinds(action) == ["moved", "dropped", "reopened"]


def test_the_search_finds_items_by_their_text(area, cast, action):
    found = find_in_area(area, "counts", cast["colleague"], only="action")
    assert [hit.row for group in found.groups for hit in group.hits] == [action]
    assert not find_in_area(area, "counts", cast["neighbor"], only="action").groups


# ---------------------------------------------------------------- To-do items
def waiting(*parts: Any) -> list[tuple[str, str]]:
    return [(item.kind, item.what) for items in read_together(parts) for item in items]


def test_ones_own_items_are_to_do_by_account_or_address(area, cast, group):
    add(group, cast, user=cast["manager"])
    add(group, cast, name="Joel", email=cast["manager"].email, text="Ask the library", due_on=TODAY)
    add(group, cast, name="Joel", email=cast["manager"].email, text="Much later", due_on=DUE + timedelta(days=1))
    assert waiting(todo.own(cast["manager"], area, TODAY)) == [("now", "Ask the library"), ("soon", "Send the counts")]
    assert waiting(todo.own(cast["neighbor"], area, TODAY)) == []


def test_overdue_items_of_an_organization_wait_for_its_people(area, partner, cast, group):
    add(group, cast, partnership=partner)
    add(group, cast, partnership=partner, name="Joel", email=cast["manager"].email)
    own = frozenset({partner.pk})
    assert waiting(todo.of_organization(own, area, DUE)) == []
    assert waiting(todo.of_organization(own, area, DUE + timedelta(days=1))) == [("now", "Send the counts")]
    assert waiting(todo.of_organization(frozenset(), area, DUE + timedelta(days=1))) == []


def test_who_runs_a_group_sees_how_many_are_overdue_and_who_asks(area, cast, group, action):
    reports.ask_for_day(action, due_on=DUE + timedelta(days=3), by=cast["manager"], at=NOW)
    add(group, cast, name="Ann")
    late = DUE + timedelta(days=1)
    asked = "Another day is asked for: Send the counts"
    expected = [("soon", "2 overdue action items of Partner team"), ("soon", asked)]
    assert waiting(*todo.of_groups(None, area, late)) == expected
    assert waiting(*todo.of_groups(cast["board"], area, late)) == []
    factories.make_group_member(group, cast["board"], role="chair")
    assert waiting(*todo.of_groups(cast["board"], area, late)) == expected


@pytest.mark.parametrize("who", ["staff", "manager", "colleague", "board"])
def test_first_pages_show_items(as_, area, group, cast, who):
    factories.make_action(group, user=cast[who], name=cast[who].name, text="Bring the table", due_on=localdate())
    assert "Bring the table" in as_(who).get("/", follow=True).content.decode()


# ---------------------------------------------------------------- Turnover
def test_who_leaves_hands_items_over(cast, action, group, partner):
    mine = add(group, cast, user=cast["manager"], text="Ask the library")
    leaving = leaving_all(cast["manager"])
    things = {thing.subject: thing for thing in handover.find_actions(leaving)}
    assert set(things) == {action, mine}
    assert cast["colleague"] in things[action].heirs
    assert cast["staff"] in things[mine].heirs
    handover.hand_over_action(things[action], cast["colleague"], leaving, NOW)
    handover.hand_over_action(things[mine], None, leaving, NOW)
    action.refresh_from_db()
    mine.refresh_from_db()
    assert (action.user, action.updates.get().who) == (cast["colleague"], "Terrence Okafor, Millrace Adult Learning")
    assert (mine.user, mine.email, mine.name) == (None, "", cast["manager"].name)


def test_a_seat_that_ends_gives_back_only_its_items(cast, action, group):
    add(group, cast, user=cast["manager"], text="Ask the library")
    leaving = leaving_one(cast["manager"].memberships.get())
    [thing] = handover.find_actions(leaving)
    assert thing.subject == action
    handover.hand_over_action(thing, None, leaving, NOW)
    action.refresh_from_db()
    assert (action.user, action.name, action.who) == (None, "", "Millrace Adult Learning")


def test_items_of_a_state_group_are_listed_for_whose_they_are(area, cast):
    group = factories.make_group(area.state)
    own = factories.make_action(group, user=cast["manager"], name="Joel")
    factories.make_action(group)
    assert list(of_area(area, cast["manager"])) == [own]
    assert [column.number for column in board_of(of_area(area, cast["manager"]), localdate(), NOW)] == [0, 1, 0, 0]
