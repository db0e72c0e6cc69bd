"""What can be told: every kind, and how its mail looks, without anybody being told."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render

from onestop.accounts.requests import SignedIn
from onestop.notices import redaction
from onestop.notices.admin_scopes import AdminScope
from onestop.notices.messages import Message
from onestop.notices.notice_admin.parts import mail_page, shows_mails, tabs_of
from onestop.notices.notice_types import NoticeType, UnknownNoticeType, all_notice_types, notice_type_of
from onestop.notices.rendering import render as render_message

SOMEBODY = "ann@partner.example"
FRAMES = (
    ("light", "", "Light"),
    ("dark", "", "Dark"),
    ("light", "phone", "On a phone"),
    ("dark", "phone", "On a phone, dark"),
)


@dataclass(frozen=True)
class Words:
    """An example of a kind, rendered."""

    subject: str
    text: str
    html: str


def example_of(kind: NoticeType) -> Words | None:
    """Return a kind's example, or nothing if it has none."""
    if kind.example is None:
        return None
    message = Message(kind.code, key="example", to=SOMEBODY, context=kind.example(), why=kind.goes_to)
    subject, text, html = render_message(message, kind, links={})
    return Words(subject, redaction.redact(text), redaction.redact(html))


def kind_list(request: SignedIn, admin: AdminScope) -> HttpResponse:
    """Show all that the portal can tell: who gets it, why, how often, and whether it can be off."""
    context = {
        **tabs_of(admin, "kind_list"),
        "title": "What can be told",
        "kinds": [(kind, admin.address("kind_detail", kind.code)) for kind in all_notice_types()],
    }
    return render(request, "notices/admin_kind_list.html", context)


@shows_mails
def kind_detail(request: SignedIn, admin: AdminScope, code: str) -> HttpResponse:
    """Show how the mails of a kind look."""
    kind = _find(code)
    words = example_of(kind)
    mail = admin.address("kind_mail", code)
    context = {
        "title": kind.label,
        "crumbs": [("What can be told", admin.address("kind_list"))],
        "admin": admin,
        "kind": kind,
        "example": words,
        "frames": [(f"{mail}?theme={theme}", width, label) for theme, width, label in FRAMES],
    }
    return render(request, "notices/admin_kind_detail.html", context)


def kind_mail(request: SignedIn, admin: AdminScope, code: str) -> HttpResponse:
    """Show the HTML of a kind's example as a mail program would."""
    words = example_of(_find(code))
    if words is None:
        raise Http404("This kind has no example.")
    return mail_page(words.html, theme=request.GET.get("theme", ""))


def _find(code: str) -> NoticeType:
    try:
        return notice_type_of(code)
    except UnknownNoticeType as problem:
        raise Http404(str(problem)) from None
