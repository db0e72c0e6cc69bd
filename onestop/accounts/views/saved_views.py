"""Keeping, renaming and deleting the views of lists."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from onestop.accounts import saved_views
from onestop.accounts.forms.profile import ViewNameForm
from onestop.accounts.requests import SignedIn, back


@require_POST
def view_keep(request: SignedIn) -> HttpResponse:
    """Keep a list as it is shown; the request says where it stands."""
    page, title, query = (request.POST.get(name, "") for name in ("page", "title", "query"))
    answer = back(request, "home")
    try:
        view = saved_views.save_view(request.user, page=page, title=title, query=query, path=urlsplit(answer.url).path)
    except saved_views.CannotSaveView as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"“{view.title}” is kept. You find it above the list, under Kept views.")
    return answer


def view_list(request: SignedIn) -> HttpResponse:
    """Show all views that the person has kept, to open, rename or delete them."""
    return render(request, "accounts/view_list.html", {"views": saved_views.all_views_of(request.user)})


def view_rename(request: SignedIn, pk: int) -> HttpResponse:
    """Give a kept view another name."""
    view = get_object_or_404(request.user.saved_views, pk=pk)
    form = ViewNameForm(request.POST or None, initial={"title": view.title})
    if request.method == "POST" and form.is_valid():
        try:
            saved_views.rename_view(view, title=form.cleaned_data["title"])
        except saved_views.CannotSaveView as problem:
            form.add_error("title", str(problem))
        else:
            messages.success(request, f"The view is now named “{view.title}”.")
            return back(request, "accounts:view_list")
    context = {"form": form, "title": "Rename a kept view", "cancel_url": back(request, "accounts:view_list").url}
    return render(request, "accounts/view_rename.html", context)


@require_POST
def view_delete(request: SignedIn, pk: int) -> HttpResponse:
    """Forget a kept view; the list itself stays as it is."""
    view = get_object_or_404(request.user.saved_views, pk=pk)
    saved_views.delete_view(view)
    messages.success(request, f"“{view.title}” is deleted.")
    return back(request, "accounts:view_list")
