"""Limits on how often one network address may ask (ACCOUNT_RATE_LIMITS), for interfaces that programs use.

allauth counts, and finds the address behind the proxies of TRUSTED_PROXIES; this adds how long one has to wait.
"""

import math
import time

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

APP = "allauth.account"


def seconds_to_wait(request: HttpRequest, action: str) -> int:
    """Count a request, and return 0, or in how many seconds the address may ask again if it has asked too often."""
    if ratelimit.consume(request, app=APP, action=action, limit_get=True):
        return 0
    now = time.time()
    waits = [_wait(request, action, rate, now) for rate in ratelimit.get_rates(app=APP, action=action)]
    return max(1, math.ceil(max(waits)))  # at once if nothing but many requests at the same moment was in the way


def _wait(request: HttpRequest, action: str, rate: ratelimit.Rate, now: float) -> float:
    """Return the seconds until the request that filled a limit no longer counts; times are kept latest first."""
    counted = cache.get(ratelimit.get_cache_key(request, app=APP, action=action, rate=rate), [])
    return counted[rate.amount - 1] + rate.duration - now if len(counted) >= rate.amount else 0
