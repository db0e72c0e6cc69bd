"""Factories: one valid row of each model with minimal values, which arguments can override; a module for each app."""

from tests.factories.accounts import PASSWORD, make_user
from tests.factories.comments import make_comment
from tests.factories.files import make_file, make_office_file, make_pdf_file, make_picture, upload
from tests.factories.notices import REMINDER, make_inbox_notice, make_notice
from tests.factories.partners import *  # noqa: F403 -- a new factory needs no line here

__all__ = [
    "PASSWORD",
    "REMINDER",
    "make_comment",
    "make_file",
    "make_inbox_notice",
    "make_notice",
    "make_office_file",
    "make_pdf_file",
    "make_picture",
    "make_user",
    "upload",
]
