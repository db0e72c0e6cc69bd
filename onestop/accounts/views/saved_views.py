"""Save, rename and delete views of lists."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onestop.accounts import saved_views
from onestop.accounts.forms.profile import ViewNameForm
from onestop.accounts.requests import SignedIn, back
from onestop.editing.idempotency import idempotent


@require_POST
@idempotent
def view_keep(request: SignedIn) -> HttpResponse:
    """Save a list as it is shown."""
    page, title, query = (request.POST.get(name, "") for name in ("page", "title", "query"))
    answer = back(request, "home")
    try:
        view = saved_views.save_view(request.user, page=page, title=title, query=query, path=urlsplit(answer.url).path)
    except saved_views.CannotSaveView as problem:
        messages.error(request, str(problem))
    else:
        messages.success(
            request, _("“%(name)s” saved. You find it above the list, under Saved views.") % {"name": view.title}
        )
    return answer


def view_list(request: SignedIn) -> HttpResponse:
    """List the person's saved views, to open, rename or delete them."""
    return render(request, "accounts/view_list.html", {"views": saved_views.all_views_of(request.user)})


def view_rename(request: SignedIn, pk: int) -> HttpResponse:
    """Rename a saved view."""
    view = get_object_or_404(request.user.saved_views, pk=pk)
    form = ViewNameForm(request.POST or None, initial={"title": view.title})
    if request.method == "POST" and form.is_valid():
        try:
            saved_views.rename_view(view, title=form.cleaned_data["title"])
        except saved_views.CannotSaveView as problem:
            form.add_error("title", str(problem))
        else:
            messages.success(request, _("The view is now named “%(name)s”.") % {"name": view.title})
            return back(request, "accounts:view_list")
    context = {"form": form, "title": _("Rename a saved view"), "cancel_url": back(request, "accounts:view_list").url}
    return render(request, "accounts/view_rename.html", context)


@require_POST
def view_delete(request: SignedIn, pk: int) -> HttpResponse:
    """Delete a saved view; the list itself stays."""
    view = get_object_or_404(request.user.saved_views, pk=pk)
    saved_views.delete_view(view)
    messages.success(request, _("“%(name)s” deleted.") % {"name": view.title})
    return back(request, "accounts:view_list")
