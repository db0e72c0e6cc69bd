"""The forms of accounts and notices."""

from tests.add_forms.form import AddForm

REPEATABLE = (
    r"notices:(?!admin_send_again).*|notices:admin_send_again"  # settings of one's own, and what waits to be sent
    r"|comments:(edit|resolve|reopen)"  # what is there already
    r"|accounts:(?!view_keep).*|account_.*|mfa_.*"  # one's own account
)
ADD_FORMS: dict[str, AddForm] = {
    "accounts:view_keep": AddForm(
        (), lambda w: {"page": f"services:{w.area}", "title": "Mine", "query": "mine=1"},
        page=("partners:service_list", "area"), query="?q=GED",
    ),
    "comments:add": AddForm(
        ("subject_code", "proposal"), {"text": "Is the room open on Fridays?"},
        page=("partners:proposal_detail", "proposal"),
    ),
    "comments:reply": AddForm(("discussion",), {"text": "Yes, from 8 to 5."}),
}  # fmt: skip
