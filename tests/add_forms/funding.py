"""The forms of funding."""

from tests.add_forms.form import AddForm

REPEATABLE = (
    r"agreements:budget_import(_check)?"  # writes nothing, or a budget that exists once a year
    r"|agreements:exhibit_ask"  # the same contents are made once
)
ADD_FORMS: dict[str, AddForm] = {}
