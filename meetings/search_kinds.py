"""Groups and questions in the search of signed-in users. Importing this module registers them."""

from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from meetings.models import Group, Question
from partners.models import LocalArea
from partners.search.network_fields import Field, means
from partners.search.network_search import SearchKind, register_kinds


def _groups(area: LocalArea, viewer: Any) -> QuerySet:
    return Group.objects.visible_to(viewer).of(area).current()


def _questions(area: LocalArea, viewer: Any) -> QuerySet:
    readable = Question.objects.visible_to(viewer).filter(area=area).exclude(status=Question.Status.WITHDRAWN)
    return readable.with_names()


register_kinds(
    SearchKind(
        "group",
        _("Groups"),
        _groups,
        "meetings/_found.html",
        name="name",
        fields=(Field("name", means(F("name"))), Field("purpose", means(F("purpose")), _("Charter"))),
    ),
    SearchKind(
        "question",
        _("Questions and answers"),
        _questions,
        "meetings/assistance/_found.html",
        name="subject",
        fields=(
            Field("subject", means(F("subject"))),
            Field("question", means(F("question")), _("Question")),
            Field("solution.text", means(F("solution__text")), _("Answer")),
        ),
    ),
)
