"""Download the public services of an area as open data (HSDS 3.1)."""

from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from partners.hsds import export
from partners.network.current_area import enter_area
from partners.rules import demand


def hsds_export(request: HttpRequest, slug: str, how: str) -> HttpResponseBase:
    """Download the tables in a ZIP file, or JSON."""
    area = enter_area(request, slug)
    demand(request, "partners.import_data", area)
    if how not in ("zip", "json"):
        raise Http404("No such file.")
    services, day = export.public_services(area), timezone.localdate()
    answer: HttpResponseBase
    if how == "zip":
        title = export.title_of(area)
        answer = FileResponse(export.write_zip(services, title=title, day=day), content_type=export.ZIP_TYPE)
    else:
        answer = StreamingHttpResponse(export.write_json(services, day=day), content_type=export.JSON_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="hsds-{area.slug}-{day}.{how}"'
    return answer
