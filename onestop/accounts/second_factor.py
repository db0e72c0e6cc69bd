"""Which users need a second factor beside the password, by role.

This app knows no roles: ``settings.SECOND_FACTOR_POLICY`` names a function of another app that decides for a user.
"""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.utils.module_loading import import_string

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_far_reaching_role(user: Any) -> bool:
    """Return whether the person is an operator, or has a role that needs more protection."""
    policy: Callable[[Any], bool] = import_string(settings.SECOND_FACTOR_POLICY)
    return user.is_superuser or policy(user)


def needs_second_factor(user: Any) -> bool:
    """Return whether the person's role needs a second factor."""
    if not settings.REQUIRE_SECOND_FACTOR or not user.is_authenticated:
        return False
    return has_far_reaching_role(user)


def lacks_second_factor(user: Any) -> bool:
    """Return whether the person must set up a second factor before they can continue."""
    return needs_second_factor(user) and not is_mfa_enabled(user, FACTORS)
