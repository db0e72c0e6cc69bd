"""The notification types, with previews of their mails."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onestop.accounts.requests import SignedIn
from onestop.notices import redaction
from onestop.notices.admin_scopes import AdminScope
from onestop.notices.messages import Message
from onestop.notices.notice_admin.parts import mail_page, shows_mails, tabs_of
from onestop.notices.notice_types import NoticeType, UnknownNoticeType, all_notice_types, notice_type_of
from onestop.notices.rendering import render as render_message

SOMEBODY = "ann@partner.example"
FRAMES = (
    ("light", "", gettext_lazy("Light")),
    ("dark", "", gettext_lazy("Dark")),
    ("light", "phone", gettext_lazy("Phone")),
    ("dark", "phone", gettext_lazy("Phone, dark")),
)


@dataclass(frozen=True)
class Words:
    """The rendered example of a type."""

    subject: str
    text: str
    html: str


def example_of(kind: NoticeType) -> Words | None:
    """Return the rendered example of a type, or None if it has none."""
    if kind.example is None:
        return None
    message = Message(kind.code, key="example", to=SOMEBODY, context=kind.example(), why=str(kind.goes_to))
    subject, text, html = render_message(message, kind, links={})
    return Words(subject, redaction.redact(text), redaction.redact(html))


def kind_list(request: SignedIn, admin: AdminScope) -> HttpResponse:
    """Show all notification types: recipients, reason, default, and whether they can be off."""
    context = {
        **tabs_of(admin, "kind_list"),
        "title": _("Notification types"),
        "kinds": [(kind, admin.address("kind_detail", kind.code)) for kind in all_notice_types()],
    }
    return render(request, "notices/admin_kind_list.html", context)


@shows_mails
def kind_detail(request: SignedIn, admin: AdminScope, code: str) -> HttpResponse:
    """Show previews of the mails of a type."""
    kind = _find(code)
    words = example_of(kind)
    mail = admin.address("kind_mail", code)
    context = {
        "title": kind.label,
        "crumbs": [(_("Notification types"), admin.address("kind_list"))],
        "admin": admin,
        "kind": kind,
        "example": words,
        "frames": [(f"{mail}?theme={theme}", width, label) for theme, width, label in FRAMES],
    }
    return render(request, "notices/admin_kind_detail.html", context)


def kind_mail(request: SignedIn, admin: AdminScope, code: str) -> HttpResponse:
    """Show the HTML of the example of a type."""
    words = example_of(_find(code))
    if words is None:
        raise Http404("This kind has no example.")
    return mail_page(words.html, theme=request.GET.get("theme", ""))


def _find(code: str) -> NoticeType:
    try:
        return notice_type_of(code)
    except UnknownNoticeType as problem:
        raise Http404(str(problem)) from None
