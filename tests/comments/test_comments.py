"""Comments on what a person sees: here on a proposed change to a service."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from onestop.accounts.models import User
from onestop.comments import discussions
from onestop.comments.context import PER_PAGE, comment_html
from onestop.comments.discussions import CannotComment
from onestop.comments.mentions import names_in
from onestop.comments.models import Comment, Discussion, Mention
from onestop.comments.subjects import subject_of, subject_of_model
from onestop.notices.models import Notice
from partners.models import Membership, Proposal, Service
from tests import factories
from tests.at_once import second_waits_for

NOW = timezone.now()


@pytest.fixture
def proposal(partner, cast) -> Proposal:
    service = factories.make_service(partner, name="GED classes")
    return factories.make_proposal(service, cast["board"])


@pytest.fixture
def comment(proposal, cast) -> Comment:
    """The first comment of a discussion, by the manager."""
    return factories.make_comment(proposal, cast["manager"])


def at(name: str, *args: object) -> str:
    return reverse(f"comments:{name}", args=args)


def add(client: Any, proposal: Proposal, text: str, *mention: int) -> Any:
    return client.post(at("add", "proposal", proposal.pk), {"text": text, "mention": mention})


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__name", flat=True))


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


# ---------------------------------------------------------------- Reading and writing
def test_a_comment_appears_on_the_page_of_its_thing(as_, proposal):
    answer = add(as_("colleague"), proposal, "The room is <b>closed</b> on Fridays.\nIs that right?")
    comment = Comment.objects.get()
    assert answer["Location"] == f"{proposal.get_absolute_url()}#comment-{comment.pk}"
    page = words(as_("staff").get(proposal.get_absolute_url()))
    assert "The room is &lt;b&gt;closed&lt;/b&gt; on Fridays.<br>Is that right?" in page
    assert f'id="comment-{comment.pk}"' in page


def test_a_reply_joins_its_discussion(as_, proposal, comment):
    page = words(as_("board").get(at("reply", comment.discussion_id)))
    assert comment.text in page
    as_("board").post(at("reply", comment.discussion_id), {"text": "Yes, it is."})
    assert [each.text for each in comment.discussion.comments.order_by("pk")] == [comment.text, "Yes, it is."]


@pytest.mark.parametrize("who", ["neighbor", "stranger", "outsider", "nobody"])
def test_who_does_not_see_the_thing_finds_nothing(as_, proposal, comment, who):
    client = as_(who)
    assert add(client, proposal, "Hello").status_code == 404
    for name in ("reply", "resolve", "reopen"):
        assert client.post(at(name, comment.discussion_id), {"text": "Hello"}).status_code == 404
    assert client.get(at("history", comment.discussion_id)).status_code == 404
    assert client.post(at("edit", comment.pk), {"text": "Hello"}).status_code == 404
    assert Comment.objects.count() == 1


def test_an_unknown_kind_of_thing_is_not_found(as_, proposal):
    assert as_("staff").get(at("add", "sofa", proposal.pk)).status_code == 404


def test_an_empty_or_too_long_comment_is_shown_again_with_its_error(as_, proposal):
    answer = add(as_("staff"), proposal, "")
    assert "Write a comment." in words(answer)
    long = "word " * 1000
    answer = add(as_("staff"), proposal, long)
    assert long.strip() in answer.content.decode()
    assert Comment.objects.count() == 0


def test_a_comment_on_an_organization_reaches_who_decides(as_, partner, cast):
    proposal = factories.make_organization_proposal(partner.organization, cast["manager"])
    as_("manager").post(at("add", "organization-proposal", proposal.pk), {"text": "The number changed in May."})
    assert told("comments.written") == {"Sana Iqbal"}
    assert "The number changed in May." in words(as_("state").get(proposal.get_absolute_url()))


# ---------------------------------------------------------------- Notices
def test_a_comment_tells_the_proposer_and_who_decides(as_, proposal):
    add(as_("staff"), proposal, "When does this begin?")
    assert told("comments.written") == {"Ruth Kimani", "Joel Abara"}
    assert told("comments.mentioned") == set()
    notice = Notice.objects.filter(kind="comments.written").first()
    assert notice
    assert "Dana Whitcomb commented" in notice.subject
    assert "When does this begin?" in notice.text
    assert notice.url.endswith(f"#comment-{Comment.objects.get().pk}")


def test_a_reply_tells_everybody_in_the_discussion_but_its_author(as_, cast, proposal, comment):
    as_("colleague").post(at("reply", comment.discussion_id), {"text": "From May on."})
    Notice.objects.all().delete()
    as_("staff").post(at("reply", comment.discussion_id), {"text": "Thank you."})
    assert told("comments.written") == {"Joel Abara", "Terrence Okafor", "Ruth Kimani"}


def test_a_mentioned_person_is_told_at_once_and_only_of_that(as_, cast, proposal):
    add(as_("staff"), proposal, "@joel abara, is this right?", cast["colleague"].pk)
    assert told("comments.mentioned") == {"Joel Abara", "Terrence Okafor"}
    assert told("comments.written") == {"Ruth Kimani"}
    assert set(Mention.objects.values_list("person", flat=True)) == {cast["manager"].pk, cast["colleague"].pk}
    assert "<b>@joel abara</b>, is this right?" in comment_html(Comment.objects.get())


def test_people_who_do_not_see_the_thing_cannot_be_mentioned(as_, cast, proposal):
    answer = add(as_("staff"), proposal, "Hello", cast["stranger"].pk)
    assert "Select people who can see this page." in words(answer)
    add(as_("staff"), proposal, "@Art Delacroix and @Bea Norling, hello")
    assert told("comments.mentioned") == set()


def test_who_lost_sight_of_the_thing_is_not_told(as_, cast, proposal):
    Membership.objects.filter(user=cast["board"]).update(ended_at=NOW)
    add(as_("staff"), proposal, "When does this begin?")
    assert told("comments.written") == {"Joel Abara"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Ann Lee please", ["Ann Lee"]),
        ("@ann lee-smith please", ["Ann Lee-Smith"]),
        ("@Ann Lee, @Bo O'Neil and @Ann Lee", ["Ann Lee", "Bo O'Neil"]),
        ("Ann Lee at ann@lee.example", []),
        ("@Ann Leeds", []),
        ("@ Ann Lee", []),
    ],
)
def test_names_after_an_at_sign_are_mentions(text, found):
    people = [User(name=name) for name in ("Ann Lee", "Ann Lee-Smith", "Bo O'Neil", "")]
    assert [person.name for person in names_in(text, people)] == found


# ---------------------------------------------------------------- Editing
def test_an_author_corrects_a_comment_for_ten_minutes(as_, proposal, comment):
    Comment.objects.update(at=timezone.now() - timedelta(minutes=9))
    as_("manager").post(at("edit", comment.pk), {"text": "Is the room open on Mondays? @Dana Whitcomb"})
    comment.refresh_from_db()
    assert comment.text == "Is the room open on Mondays? @Dana Whitcomb"
    assert comment.edited_at
    assert told("comments.mentioned") == {"Dana Whitcomb"}
    page = words(as_("staff").get(proposal.get_absolute_url()))
    assert ", edited" in page
    history = words(as_("staff").get(at("history", comment.discussion_id)))
    assert "Fridays" in history
    assert "Mondays" in history


def test_later_the_text_stays_and_what_was_typed_is_kept(as_, comment):
    Comment.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert as_("manager").get(at("edit", comment.pk)).status_code == 302
    answer = as_("manager").post(at("edit", comment.pk), {"text": "Something else"})
    assert "for 10 minutes after you wrote them" in words(answer)
    assert "Something else" in words(answer)
    comment.refresh_from_db()
    assert comment.text == "Is the room open on Fridays?"


def test_nobody_edits_the_comment_of_another(as_, comment):
    assert as_("staff").post(at("edit", comment.pk), {"text": "Something else"}).status_code == 403
    with pytest.raises(CannotComment):
        discussions.edit_comment(
            comment, subject_of("proposal"), comment.discussion.thing, text="Else", by=factories.make_user(), at=NOW
        )


def test_an_edit_that_changes_nothing_is_no_edit(as_, comment):
    as_("manager").post(at("edit", comment.pk), {"text": comment.text})
    comment.refresh_from_db()
    assert comment.edited_at is None


# ---------------------------------------------------------------- Resolving
def test_a_resolved_discussion_is_folded_and_takes_no_reply_until_it_is_reopened(as_, proposal, comment):
    staff = as_("staff")
    staff.post(at("resolve", comment.discussion_id))
    page = words(staff.get(proposal.get_absolute_url()))
    assert "Show 1 resolved discussion" in page
    assert "by Dana Whitcomb" in page
    answer = staff.post(at("reply", comment.discussion_id), {"text": "One more thing"})
    assert "This discussion was resolved. Reopen it to reply." in words(answer)
    assert "One more thing" in words(answer)
    staff.post(at("reopen", comment.discussion_id))
    staff.post(at("reply", comment.discussion_id), {"text": "One more thing"})
    assert comment.discussion.comments.count() == 2


def test_the_first_who_resolves_is_named(cast, comment):
    discussions.resolve(comment.discussion, by=cast["staff"], at=NOW)
    discussions.resolve(comment.discussion, by=cast["board"], at=NOW)
    assert Discussion.objects.get().resolved_by == cast["staff"]


@pytest.mark.django_db(transaction=True)
def test_a_reply_does_not_enter_a_discussion_that_is_just_being_resolved(cast, comment):
    refusal = second_waits_for(
        lambda: discussions.resolve(comment.discussion, by=cast["staff"], at=NOW),
        lambda: discussions.reply(
            comment.discussion, subject_of("proposal"), Proposal.objects.get(), text="Wait", by=cast["board"], at=NOW
        ),
    )
    assert isinstance(refusal, CannotComment)
    assert Comment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_corrections_at_once_come_one_after_the_other(cast, comment):
    def correct(text: str) -> Any:
        return lambda: discussions.edit_comment(
            comment, subject_of("proposal"), Proposal.objects.get(), text=text, by=cast["manager"], at=NOW
        )

    Comment.objects.update(at=NOW)
    second_waits_for(correct("One"), correct("Two"))
    texts = comment.history.order_by("pgh_id").values_list("text", flat=True)
    assert list(texts)[-2:] == ["One", "Two"]


# ---------------------------------------------------------------- Rows and queries
@pytest.mark.parametrize("facts", [{"text": ""}, {"edited_at": NOW - timedelta(days=2)}])
def test_a_comment_says_something_and_is_edited_after_it_was_written(comment, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.update(**facts)


def test_a_resolved_discussion_names_who_resolved_it(comment):
    with pytest.raises(IntegrityError), transaction.atomic():
        Discussion.objects.update(resolved_at=NOW)


def test_a_page_costs_the_same_queries_for_many_comments(as_, cast, proposal, comment, queries_of):
    client = as_("staff")
    Mention.objects.create(comment=comment, person=cast["board"])
    client.get(proposal.get_absolute_url())
    before = queries_of(lambda: client.get(proposal.get_absolute_url()))
    for number in range(12):
        each = factories.make_comment(proposal, cast["board"], text=f"Number {number}")
        Mention.objects.create(comment=each, person=cast["manager"])
    assert queries_of(lambda: client.get(proposal.get_absolute_url())) == before


def test_the_latest_discussions_are_shown_first_and_earlier_ones_by_page(as_, cast, proposal):
    for number in range(PER_PAGE + 1):
        factories.make_comment(proposal, cast["board"], text=f"Number {number}.")
    page = words(as_("staff").get(proposal.get_absolute_url()))
    assert f"Number {PER_PAGE}." in page
    assert "Number 0." not in page
    assert "Show earlier discussions" in page
    assert "Number 0." in words(as_("staff").get(f"{proposal.get_absolute_url()}?discussions=1"))


def test_only_registered_models_can_be_commented_on():
    with pytest.raises(LookupError):
        subject_of_model(Service)
