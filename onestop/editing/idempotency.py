"""Forms that add something add it once, however often they are sent.

A double click, a press on Back and a second press on Save, or a retry after a lost response send the same form again.
Each form holds a random key in a hidden field. The transaction that writes the object stores the key with the response,
so the second request waits for the first, and then gets the same redirect and the same messages.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django import template
from django.contrib.messages import add_message, constants, get_messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onestop.editing.models import IdempotencyKey
from onestop.ui.markup import format_html

FIELD = "idempotency_key"
KEPT = timedelta(days=7)
SHORTEST, LONGEST = 20, 64  # characters of a key that we have made
CHUNK = 1024 * 1024  # bytes of an uploaded file that are read at a time
PLACEHOLDER = "{token}"  # stands for the secret part of an emailed link, which the table must not hold

View = Callable[..., Any]
register = template.Library()


# ---------------------------------------------------------------- For views and templates
def idempotent(view: View) -> View:
    """Decorate the view of a form that adds something, so that the same form sent twice adds one object.

    An invalid form keeps its key for the corrected one. A form that was changed after it was sent asks whether to add
    another object. Use it inside ``require_POST`` and ``login_not_required``.
    """

    @wraps(view)
    def once(request: Any, *args: Any, **kwargs: Any) -> Any:
        sent = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if not (SHORTEST <= len(sent) <= LONGEST):
            request.idempotency_key = new_key()
            return view(request, *args, **kwargs)
        request.idempotency_key = sent
        with transaction.atomic():
            # A second request with the same key waits here until the first one has committed.
            key, is_new = IdempotencyKey.objects.get_or_create(
                digest=_digest_of(request, sent),
                defaults={"content": _content_of(request), "created_at": timezone.now()},
            )
            token = kwargs.get("token", "")
            return _process(request, key, token, view, args, kwargs) if is_new else _repeat(request, key, token)

    once.is_idempotent = True  # type: ignore[attr-defined]
    return once


@register.simple_tag(takes_context=True)
def idempotency_key(context: Any, *, new: bool = False) -> SafeString | str:
    """Return the hidden field of a form: empty unless its view is idempotent.

    ``new`` is for a form that another view than that of the page receives.
    """
    key = new_key() if new else getattr(context.get("request"), "idempotency_key", "")
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, key) if key else ""


def new_key() -> str:
    """Return a key that nobody can guess."""
    return secrets.token_urlsafe(16)


def forget_old_keys(*, at: datetime) -> None:
    """Delete the keys of forms that nobody will send again."""
    IdempotencyKey.objects.filter(created_at__lt=at - KEPT).delete()


# ---------------------------------------------------------------- The first request and the others
def _process(request: HttpRequest, key: IdempotencyKey, token: str, view: View, args: Any, kwargs: Any) -> HttpResponse:
    """Call the view, and store its response if it has added something."""
    earlier = len(get_messages(request))
    response: HttpResponse = view(request, *args, **kwargs)
    messages = _messages_of(request)[earlier:]
    is_refused = any(message.level >= constants.ERROR for message in messages)
    if response.status_code != 302 or is_refused:
        key.delete()  # nothing was added: the form can be corrected and sent again
        return response
    key.redirect_to = response["Location"].replace(token, PLACEHOLDER) if token else response["Location"]
    key.messages = messages
    key.save(update_fields=["redirect_to", "messages"])
    return response


def _repeat(request: HttpRequest, key: IdempotencyKey, token: str) -> HttpResponse:
    """Answer like the first time; ask first if the form was changed since."""
    redirect_to = key.redirect_to.replace(PLACEHOLDER, token) if token else key.redirect_to
    if key.content != _content_of(request):
        return _ask_whether_to_add(request, key, redirect_to)
    for message in key.messages:
        add_message(request, message.level, message.message, extra_tags=message.extra_tags)
    return redirect(redirect_to)


def _ask_whether_to_add(request: Any, key: IdempotencyKey, redirect_to: str) -> HttpResponse:
    request.idempotency_key = new_key()
    own = {FIELD, "csrfmiddlewaretoken"}
    context = {
        "title": _("You already sent this form"),
        "consequences": [str(message) for message in key.messages]
        + [_("You changed the form after that. Send it again as it is now?")],
        "carried": [(name, value) for name, values in request.POST.lists() if name not in own for value in values],
        "act": _("Send the changed form"),
        "safe": True,
        "keep": _("Go to the first result"),
        "cancel_url": redirect_to,
    }
    return render(request, "editing/sent_again.html", context)


def _messages_of(request: HttpRequest) -> list[Any]:
    """Return the messages for the next page, which still shows them."""
    storage: Any = get_messages(request)
    found = list(storage)
    storage.used = False
    return found


# ---------------------------------------------------------------- Hashes
def _digest_of(request: HttpRequest, key: str) -> str:
    # A file cannot be carried over to a form that asks again, so another file counts as another form.
    files = (f"{name}={_hash_of_file(file)}" for name, file in sorted(request.FILES.items()))
    return _hash(key, str(request.user.pk), request.path, *files)


def _content_of(request: HttpRequest) -> str:
    """Return a hash of what was sent, apart from what differs between two renderings of the same form."""
    values = [
        f"{name}={value}"
        for name, values in sorted(request.POST.lists())
        for value in values
        if name not in (FIELD, "csrfmiddlewaretoken")
    ]
    return _hash(*values)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()


def _hash_of_file(file: Any) -> str:
    whole = hashlib.sha256()
    for chunk in file.chunks(CHUNK):
        whole.update(chunk)
    file.seek(0)
    return whole.hexdigest()
