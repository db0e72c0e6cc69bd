"""Remember the filters, order and page of each list that a person saw last, so that breadcrumbs return to them."""

from django.http import HttpRequest

SESSION_KEY = "last_list_state"
KEPT = 20  # lists; the one seen least recently is dropped first


def remember(request: HttpRequest) -> None:
    """Store the query of the list that this request shows; write the session only if it has changed."""
    views: dict[str, str] = request.session.get(SESSION_KEY, {})
    query = request.GET.urlencode()
    if views.get(request.path, "") == query:
        return
    others = [(path, seen) for path, seen in views.items() if path != request.path]
    request.session[SESSION_KEY] = dict([*others, *([(request.path, query)] if query else [])][-KEPT:])


def address_of(request: HttpRequest, url: str) -> str:
    """Return the URL of a list as this person saw it last."""
    query = request.session.get(SESSION_KEY, {}).get(url) if hasattr(request, "session") else None
    return f"{url}?{query}" if query else url
