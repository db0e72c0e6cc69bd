"""What can be commented on: each app registers its models (:func:`register_subject`)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.http import Http404

from onestop.accounts.models import User
from onestop.comments.models import Discussion


def _nobody(thing: Any) -> Iterable[User]:
    return ()


def _own_page(thing: Any) -> str:
    return str(thing.get_absolute_url())


@dataclass(frozen=True)
class CommentSubject:
    """A model whose rows can be commented on by everyone who sees them; it has ``visible_to``.

    ``rows`` are all of them, with what the other functions read. ``name`` is what a notice calls a row, ``people`` are
    the users who see it and so can be mentioned, ``told`` those of them who hear of every comment, and ``scope`` is the
    area or state for which notices are sent, if there is one. ``page`` is the address of the page with the comments.
    """

    code: str
    model: type[Model]
    rows: Callable[[], QuerySet]
    name: Callable[[Any], str]
    people: Callable[[Any], QuerySet[User]]
    scope: Callable[[Any], Model | None]
    told: Callable[[Any], Iterable[User]] = _nobody
    page: Callable[[Any], str] = _own_page

    def is_seen_by(self, user: User, thing: Any) -> bool:
        """Return whether a user sees a row."""
        visible: Any = self.rows()
        return bool(visible.visible_to(user).filter(pk=thing.pk).exists())

    def get_thing(self, user: Any, pk: int) -> Any:
        """Return a row that the user sees.

        :raises Http404: if there is none.
        """
        visible: Any = self.rows()
        thing = visible.visible_to(user).filter(pk=pk).first()
        if thing is None:
            raise Http404("No such thing.")
        return thing


_subjects: dict[str, CommentSubject] = {}


def register_subject(subject: CommentSubject) -> None:
    """Add a model; called when the project starts."""
    _subjects[subject.code] = subject


def subject_of(code: str) -> CommentSubject:
    """Return what was registered under a code.

    :raises Http404: if nothing was.
    """
    try:
        return _subjects[code]
    except KeyError:
        raise Http404("Nothing of that kind can be commented on.") from None


def subject_of_model(model: type[Model]) -> CommentSubject:
    """Return what was registered for a model.

    :raises LookupError: if nothing was.
    """
    for subject in _subjects.values():
        if subject.model is model:
            return subject
    raise LookupError(f"{model} cannot be commented on.")


def get_discussion(user: Any, pk: int) -> tuple[Discussion, CommentSubject, Any]:
    """Return a discussion about a thing that the user sees, with the thing.

    :raises Http404: if there is none.
    """
    discussion = Discussion.objects.filter(pk=pk).first()
    if discussion is None:
        raise Http404("No such discussion.")
    model = ContentType.objects.get_for_id(discussion.content_type_id).model_class()
    assert model
    subject = subject_of_model(model)
    return discussion, subject, subject.get_thing(user, discussion.object_id)
