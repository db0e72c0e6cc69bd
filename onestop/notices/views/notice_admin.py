"""The notice admin of the whole portal, for the operator; 404 for everyone else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from onestop.accounts.requests import SignedIn
from onestop.notices.admin_scopes import AdminScope
from onestop.notices.notice_admin import notices, planners, previews, replies, rules

Page = Callable[..., HttpResponseBase]


def notice_admin_of_portal() -> AdminScope:
    """Return the notice admin of the whole portal."""

    def address(page: str, *parts: Any) -> str:
        return reverse(f"notices:admin_{page}", args=parts)

    return AdminScope(None, _("whole portal"), address, may_write=True)


def for_operator(page: Page) -> Page:
    """Bind a page of the notice admin to the whole portal, for the operator only."""

    @wraps(page)
    def show(request: SignedIn, **parts: Any) -> HttpResponseBase:
        if not request.user.is_superuser:
            raise Http404
        return page(request, notice_admin_of_portal(), **parts)

    return show


notice_list = for_operator(notices.notice_list)
notice_detail = for_operator(notices.notice_detail)
notice_mail = for_operator(notices.notice_mail)
notice_send_again = for_operator(notices.notice_send_again)
notice_withdraw = for_operator(notices.notice_withdraw)
reply_list = for_operator(replies.reply_list)
reply_detail = for_operator(replies.reply_detail)
reply_done = for_operator(replies.reply_done)
rule_list = for_operator(rules.rule_list)
rule_edit = for_operator(rules.rule_edit)
rule_reset = for_operator(rules.rule_reset)
rule_history = for_operator(rules.history)
kind_list = for_operator(previews.kind_list)
kind_detail = for_operator(previews.kind_detail)
kind_mail = for_operator(previews.kind_mail)
planner_list = for_operator(planners.planner_list)
planner_detail = for_operator(planners.planner_detail)
planner_run = for_operator(planners.planner_run)
