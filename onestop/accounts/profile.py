"""Update a person's own profile and theme."""

from onestop.accounts.models import User


def update_profile(user: User, *, name: str, phone: str, job_title: str) -> None:
    """Save a person's name, phone and job title."""
    user.name, user.phone, user.job_title = name, phone, job_title
    user.save(update_fields=["name", "phone", "job_title"])


def set_language(user: User, language: str) -> None:
    """Save the language in which a person gets emails."""
    user.language = User.Language(language)
    user.save(update_fields=["language"])


def set_theme(user: User, theme: str) -> None:
    """Save a person's theme: light, dark, or the same as their device."""
    user.theme = User.Theme(theme)
    user.save(update_fields=["theme"])
