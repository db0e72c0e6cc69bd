"""User accounts."""

from typing import Any, ClassVar

import pghistory
from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onestop.accounts.models.saved_view import SavedView, saved_views_of
from onestop.editing.phones import PhoneColumn


class UserManager(BaseUserManager["User"]):
    """Creates users, and finds them by email in any case."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Return the address trimmed and in lower case, as it is stored."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this email address."""
        return self.get(email=self.normalize_email(username))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password they sign in by code or passkey only."""
        if not email:
            raise ValueError("A user needs an email address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user who may use Django's admin, with a confirmed address."""
        with transaction.atomic():
            user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["password", "last_login"]
)
class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. Permissions come from seats (partners.Membership), not from this row.

    A deactivated person cannot sign in; their name stays in all history.
    """

    class Theme(models.TextChoices):
        SYSTEM = "system", _("Same as my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Language(models.TextChoices):
        ENGLISH = "en", "English"  # no translation: each language is called by its own name
        SPANISH = "es", "Español"  # no translation: each language is called by its own name

    email = models.EmailField(_("email"), max_length=254, unique=True)
    name = models.CharField(_("full name"), max_length=150)
    phone = PhoneColumn(_("phone"), max_length=40, blank=True)
    job_title = models.CharField(_("job title"), max_length=150, blank=True)
    theme = models.CharField(_("theme"), max_length=10, choices=Theme, default=Theme.SYSTEM)
    language = models.CharField(_("language of mails"), max_length=10, choices=Language, default=Language.ENGLISH)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    deactivated_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_is_in_lower_case"),
        ]
        indexes = [models.Index(Lower("name"), name="user_by_name")]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        """Normalize the address."""
        super().clean()
        self.email = UserManager.normalize_email(self.email)

    def get_full_name(self) -> str:
        """Return the full name."""
        return self.name

    def views_of(self, page: str) -> list[SavedView]:
        """Return the views that the person saved of one list, by name."""
        return saved_views_of(self.pk, page).objects()

    def get_short_name(self) -> str:
        """Return the first name."""
        return self.name.split(" ")[0] if self.name else self.email
