"""Metrics for Prometheus, read from the database on request.

There are several web processes, which come and go, so nothing is counted in them: each one returns the same figures.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

Measure = Callable[[datetime], Iterable[GaugeMetricFamily]]
_measures: list[Measure] = []


def measure_with(*measures: Measure) -> None:
    """Register functions that yield metrics; called when the project starts."""
    _measures.extend(measures)


class Figures(Collector):
    """All metrics of the portal at a time."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Yield the metrics."""
        for measure in _measures:
            yield from measure(self.at)


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics to a request with METRICS_TOKEN; if it is not set, to all requests except in production."""
    token = settings.METRICS_TOKEN
    if not token and settings.PRODUCTION:
        raise Http404
    if token and not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    registry.register(Figures(timezone.now()))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
