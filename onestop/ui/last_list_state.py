"""How a person saw each list last: filtered, sorted, on which page; so that the way back leads to the same view."""

from django.http import HttpRequest

SESSION_KEY = "last_list_state"
KEPT = 20  # lists; the one seen longest ago is forgotten first


def remember(request: HttpRequest) -> None:
    """Keep the view of the list that this request asks for; writes the session only when it has changed."""
    views: dict[str, str] = request.session.get(SESSION_KEY, {})
    query = request.GET.urlencode()
    if views.get(request.path, "") == query:
        return
    others = [(path, seen) for path, seen in views.items() if path != request.path]
    request.session[SESSION_KEY] = dict([*others, *([(request.path, query)] if query else [])][-KEPT:])


def address_of(request: HttpRequest, url: str) -> str:
    """Return the address of a list as this person saw it last."""
    query = request.session.get(SESSION_KEY, {}).get(url) if hasattr(request, "session") else None
    return f"{url}?{query}" if query else url
