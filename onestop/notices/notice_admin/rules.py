"""The schedules of reminders: list, edit, reset, weekly limit, history."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts.requests import SignedIn
from onestop.notices import reminder_rules, rule_history
from onestop.notices.admin_scopes import AdminScope
from onestop.notices.forms.rules import RuleForm, WeeklyLimitForm
from onestop.notices.notice_admin.parts import demand_writing, tabs_of
from onestop.notices.reminders import Reminder, reminder_of

PER_PAGE = 20


def rule_list(request: SignedIn, admin: AdminScope, weekly_limit_form: WeeklyLimitForm | None = None) -> HttpResponse:
    """Show the schedule of every reminder beside its default."""
    scope, usual = admin.rule_scope, reminder_rules.usual_weekly_limit()
    chapters = reminder_rules.summaries_of(scope)
    weekly_limit = reminder_rules.weekly_limit_of(scope) if scope else None
    context = {
        **tabs_of(admin, "rule_list"),
        "title": _("Reminders: %(name)s") % {"name": admin.name},
        "chapters": [(chapter, admin.address("rule_edit", chapter.reminder.code)) for chapter in chapters],
        "usual": usual,
        "weekly_limit": weekly_limit,
        "weekly_limit_form": weekly_limit_form or WeeklyLimitForm(initial={"weekly_limit": weekly_limit}, usual=usual),
        "weekly_limit_url": admin.address("weekly_limit") if scope else "",
        "history_url": admin.address("rule_history"),
    }
    return render(request, "notices/admin_rule_list.html", context)


def rule_edit(request: SignedIn, admin: AdminScope, code: str) -> HttpResponse:
    """Edit the steps of a reminder; preview them or add one before they are saved."""
    demand_writing(admin)
    reminder = _find(code)
    chapter = reminder_rules.summary_of(reminder, admin.rule_scope)
    form = RuleForm(request.POST or None, chapter=chapter, more="more" in request.POST)
    is_preview = "more" in request.POST or "look" in request.POST
    valid = form.is_bound and form.is_valid()
    if valid and not is_preview and _save(request, admin, reminder, form):
        schedule = reminder_rules.summary_of(reminder, admin.rule_scope).says
        text = _("Saved. %(reminder)s: %(schedule)s")
        messages.success(request, text % {"reminder": reminder.label, "schedule": schedule})
        return redirect(admin.address("rule_list"))
    if is_preview and "more" in request.POST:
        form.errors.clear()
    context = {
        "title": reminder.label,
        "crumbs": [(_("Reminders: %(name)s") % {"name": admin.name}, admin.address("rule_list"))],
        "admin": admin,
        "chapter": chapter,
        "form": form,
        "typed": reminder_rules.in_words(reminder, form.steps if form.cleaned_data["is_on"] else []) if valid else "",
        "cancel_url": admin.address("rule_list"),
        "reset_url": admin.address("rule_reset", code) if chapter.is_own else "",
    }
    return render(request, "notices/admin_rule_edit.html", context)


def _save(request: SignedIn, admin: AdminScope, reminder: Reminder, form: RuleForm) -> bool:
    cleaned: dict[str, Any] = form.cleaned_data
    try:
        reminder_rules.change_rule(
            reminder,
            admin.rule_scope,
            is_on=cleaned["is_on"],
            steps=form.steps,
            version=cleaned["version"],
            by=request.user,
            at=timezone.now(),
        )
    except reminder_rules.RuleChangedMeanwhile as problem:
        text = _("%(problem)s Your changes are still in the form. Save again to replace it.")
        form.add_error(None, text % {"problem": problem})
        form.set_value("version", reminder_rules.summary_of(reminder, admin.rule_scope).version)
        return False
    except reminder_rules.CannotKeepRule as problem:
        form.add_error(None, str(problem))
        return False
    return True


@require_POST
def rule_reset(request: SignedIn, admin: AdminScope, code: str) -> HttpResponse:
    """Reset a reminder to its default schedule."""
    demand_writing(admin)
    reminder = _find(code)
    reminder_rules.reset_rule(reminder, admin.rule_scope, by=request.user, at=timezone.now())
    schedule = reminder_rules.summary_of(reminder, admin.rule_scope).says
    text = _("%(reminder)s was reset to the default: %(schedule)s")
    messages.success(request, text % {"reminder": reminder.label, "schedule": schedule})
    return redirect(admin.address("rule_list"))


@require_POST
def weekly_limit(request: SignedIn, admin: AdminScope) -> HttpResponse:
    """Set the weekly limit of reminders per person."""
    demand_writing(admin)
    form = WeeklyLimitForm(request.POST, usual=reminder_rules.usual_weekly_limit())
    if not form.is_valid():
        return rule_list(request, admin, form)
    reminder_rules.set_weekly_limit(
        admin.rule_scope, form.cleaned_data["weekly_limit"], by=request.user, at=timezone.now()
    )
    messages.success(request, _("Saved. The limit applies from the next reminder."))
    return redirect(admin.address("rule_list"))


def history(request: SignedIn, admin: AdminScope) -> HttpResponse:
    """Show the history of schedules and the weekly limit."""
    page = Paginator(rule_history.history_of(admin.rule_scope), PER_PAGE).get_page(request.GET.get("page"))
    events = [
        {
            "what": change.what,
            "who": change.who,
            "at": change.at,
            "before": change.before,
            "after": change.after,
        }
        for change in page
    ]
    context = {
        "title": _("Reminder history: %(name)s") % {"name": admin.name},
        "crumbs": [(_("Reminders: %(name)s") % {"name": admin.name}, admin.address("rule_list"))],
        "here": _("History"),
        "page": page,
        "changes": events,
    }
    return render(request, "notices/admin_rule_history.html", context)


def _find(code: str) -> Reminder:
    reminder = reminder_of(code)
    if reminder is None:
        raise Http404("No such reminder.")
    return reminder
