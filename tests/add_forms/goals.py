"""The forms of shared goals, and of what belongs to them."""

from tests.add_forms.form import AddForm

REPEATABLE = r"meetings:values_(draft|discard|adopt|affirm)$"  # one draft; once adopted or affirmed, it is

ADD_FORMS: dict[str, AddForm] = {}
