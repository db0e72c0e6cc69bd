"""The addresses of the portal, and two to compare its pages with: Django's admin, and a list without a frame."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html_join

from onestop.urls import handler400, handler403, handler404, handler500, urlpatterns
from partners.models import Partnership, Representative, Service

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class Admin(ModelAdmin):
    """A list of 25 rows with as many columns and filters as ours."""

    list_per_page = 25
    show_full_result_count = False


class ServiceAdmin(Admin):
    list_display = ("name", "partner", "audience", "how_to_get_in", "kind", "verified_on")
    list_filter = ("kind", "is_public", "programs", "verified_on")
    search_fields = ("name", "description", "keywords")
    list_select_related = ("partnership__organization",)

    def partner(self, service: Service) -> str:
        return str(service.partnership)


class PartnershipAdmin(Admin):
    list_display = ("organization", "status", "commitment", "since", "area")
    list_filter = ("status", "commitment", "programs")
    search_fields = ("organization__name",)
    list_select_related = ("organization", "area")


class RepresentativeAdmin(Admin):
    list_display = ("name", "partner", "kind", "is_signatory", "email", "user")
    list_filter = ("kind", "is_signatory")
    search_fields = ("name", "email")
    list_select_related = ("partnership__organization", "user")

    def partner(self, person: Representative) -> str:
        return str(person.partnership)


site = AdminSite(name="admin")
site.register(Service, ServiceAdmin)
site.register(Partnership, PartnershipAdmin)
site.register(Representative, RepresentativeAdmin)


def bare(request: HttpRequest, slug: str) -> HttpResponse:
    """Return 25 services of an area as a list, for a user who is signed in, through all middleware."""
    rows: Any = Service.objects.filter(partnership__area__slug=slug).order_by("name")[:25]
    name = str(request.user)
    return HttpResponse(format_html_join("", "<li>{} {}</li>", ((row.name, name) for row in rows)))


urlpatterns = [path("bare/<slug:slug>/", bare), path("compare/", site.urls), *urlpatterns]
