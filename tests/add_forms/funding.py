"""The forms of funding."""

from tests.add_forms.form import AddForm

REPEATABLE = r"agreements:no_such_url"
ADD_FORMS: dict[str, AddForm] = {}
