"""Stand-ins for pages of purchases that are built elsewhere; dropped when those land."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agreements.purchase_context import get_authorization, get_purchase, purchase_tabs


def purchase_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the tabs of a purchase."""
    agreement = get_purchase(request, pk)
    context = {"title": str(agreement), "tabs": purchase_tabs(request, agreement)}
    return render(request, "layouts/app.html", context)


def authorization_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the number of an authorization."""
    authorization = get_authorization(request, pk)
    return render(request, "layouts/app.html", {"title": str(authorization)})
