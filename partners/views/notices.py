"""The notice admin of an area: its staff may change things, state administrators only view."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from onestop.notices.admin_scopes import AdminScope
from onestop.notices.models import name_of
from onestop.notices.notice_admin import notices, planners, previews, replies, rules
from partners.models import LocalArea
from partners.network.current_area import enter_area
from partners.rules import demand, may

Page = Callable[..., HttpResponseBase]


def notice_admin_of(area: LocalArea, user: Any) -> AdminScope:
    """Return the admin scope of an area with the rights of a user."""

    def address(page: str, *parts: Any) -> str:
        return reverse(f"partners:notice_{page}", args=[area.slug, *parts])

    return AdminScope(name_of(area), area.name, address, may_write=may(user, "partners.keep_notices", area))


def in_area(page: Page) -> Page:
    """Bind a page of the notice admin to the area in the URL."""

    @wraps(page)
    def show(request: HttpRequest, slug: str, **parts: Any) -> HttpResponseBase:
        area = enter_area(request, slug)
        demand(request, "partners.view_notices", area)
        return page(request, notice_admin_of(area, request.user), **parts)

    return show


notice_list = in_area(notices.notice_list)
notice_detail = in_area(notices.notice_detail)
notice_mail = in_area(notices.notice_mail)
notice_send_again = in_area(notices.notice_send_again)
notice_withdraw = in_area(notices.notice_withdraw)
notice_reply_list = in_area(replies.reply_list)
notice_reply_detail = in_area(replies.reply_detail)
notice_reply_done = in_area(replies.reply_done)
notice_rule_list = in_area(rules.rule_list)
notice_rule_edit = in_area(rules.rule_edit)
notice_rule_reset = in_area(rules.rule_reset)
notice_weekly_limit = in_area(rules.weekly_limit)
notice_rule_history = in_area(rules.history)
notice_kind_list = in_area(previews.kind_list)
notice_kind_detail = in_area(previews.kind_detail)
notice_kind_mail = in_area(previews.kind_mail)
notice_planner_list = in_area(planners.planner_list)
notice_planner_detail = in_area(planners.planner_detail)
