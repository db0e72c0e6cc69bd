"""The forms of funding."""

from tests.add_forms.form import AddForm

REPEATABLE = r"agreements:no_such_url"
ADD_FORMS: dict[str, AddForm] = {
    "agreements:what_if_adopt": AddForm(
        ("budget",), {"change": "rise:0:3:2", "seen": "", "reason": "The landlord raised the rent."}
    ),
    "agreements:payer_statement_pdf": AddForm(
        ("budget", "payer"), {}, page=("agreements:payer_statement", "budget", "payer")
    ),
}
