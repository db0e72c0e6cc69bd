"""Figures for Prometheus, read from the database when they are asked for.

Web processes are several and come and go, so nothing is counted in them: whichever one answers says the same.
"""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

Measure = Callable[[], Iterable[GaugeMetricFamily]]
_measures: list[Measure] = []


def measure_with(*measures: Measure) -> None:
    """Take in what gives figures; called when the project starts."""
    _measures.extend(measures)


class Figures(Collector):
    """All figures of the portal, as they are now."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Yield them."""
        for measure in _measures:
            yield from measure()


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus; with METRICS_TOKEN set only who brings it, and without it nobody in production."""
    token = settings.METRICS_TOKEN
    if not token and settings.PRODUCTION:
        raise Http404
    if token and not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    registry.register(Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
