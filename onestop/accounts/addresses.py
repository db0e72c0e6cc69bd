"""The email address with which a person signs in."""

from allauth.account.models import EmailAddress
from django.db import transaction

from onestop.accounts.models import User


@transaction.atomic
def confirm_address(user: User) -> EmailAddress:
    """Mark the address as confirmed without a code: an invitation reached it, or an operator entered it."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    address, _ = EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return address


def owns_address(user: User, email: str) -> bool:
    """Return whether the address belongs to the person."""
    return user.email == email or EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()
