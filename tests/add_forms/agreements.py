"""The forms of agreements."""

from tests.add_forms.form import AddForm

REPEATABLE = (
    r"agreements:.*_(edit|remove|restore|withdraw|take_back|share|move|clear|accept|decline)"
    r"|agreements:(pdf|freeze|seal)_again"  # refused by its state
    r"|agreements:(ask_again|delegation_decide|void|sign_decline|sign_delegate|link_decline|link_delegate)"
    r"|agreements:(sign|sign_by_link|link_opened|link_code|send|scan)$"  # refused when it was done, or limited
    r"|agreements:verify"  # writes nothing
    r"|agreements:(agreement_terminate|party_leave)"  # it ends once: the second is refused
    r"|agreements:element_record"  # what is recorded of an element replaces what was
)
FACTS = {
    "number": "MOU-99-01", "title": "Umbrella MOU", "effective_on": "2027-07-01", "expires_on": "2030-06-30",
    "review_on": "2030-06-30",
}  # fmt: skip
ADD_FORMS: dict[str, AddForm] = {
    "agreements:agreement_add": AddForm(("area",), {"kind": "umbrella", **FACTS}),
    "agreements:agreement_record": AddForm(("area",), {"kind": "other", **FACTS, "executed_on": "2026-06-30"}),
    "agreements:renew": AddForm(("executed",), FACTS),
    "agreements:agreement_copy": AddForm(("agreement",), {**FACTS, "succeeds": "on"}),
    "agreements:co_signer_add": AddForm(("party",), lambda w: {"office": w.treasurer, "turn": "1"}),
    "agreements:party_add": AddForm(("agreement",), {"kind": "other", "name": "Chamber of commerce"}),
    "agreements:clause_add": AddForm(("agreement",), {"title": "Records", "text": "Records are kept for five years."}),
    "agreements:promise_add": AddForm(
        ("agreement",), lambda w: {"kind": "other", "party": w.party, "text": "A desk for visitors"}
    ),
    "agreements:evidence_add": AddForm(
        ("duty",), {"happened_on": "2026-11-02", "text": "Report of October", "quantity": "12"}, who="colleague"
    ),
    "agreements:step_add": AddForm(
        ("agreement",), lambda w: {"party": w.party, "name": "School board", "planned_on": "2027-05-04"}
    ),
    "agreements:negotiation_add": AddForm(
        ("agreement",), {"kind": "call", "happened_on": "2026-11-02", "text": "They need until January."}
    ),
    "agreements:pdf_ask": AddForm(("agreement",), {}, page=("agreements:agreement_detail", "agreement")),
    "agreements:impasse_report": AddForm(
        ("agreement",), lambda w: {"parties": [w.party], "about": "mou", "issues": "The share of rent."}
    ),
    "agreements:suggestion_add": AddForm(
        ("clause",), {"text": "Partners refer people by a call.", "note": "It is quicker."}, who="colleague"
    ),
    "agreements:review_add": AddForm(("in_force",), {"on": "2026-11-02", "who": "The board and all partners"}),
    "agreements:terminate_by_amendment": AddForm(
        ("in_force",), {"number": "AMD-99-02", "title": "End", "effective_on": "2027-07-01"}
    ),
    "agreements:leave_by_amendment": AddForm(
        ("member",), {"number": "AMD-99-03", "title": "Departure", "effective_on": "2027-07-01"}
    ),
    "agreements:agreement_extend": AddForm(
        ("in_force",),
        {"number": "AMD-99-01", "title": "Extension", "effective_on": "2027-07-01", "extends_to": "2028-06-30"},
    ),
    "agreements:version_save": AddForm(("agreement",), {"note": "Before the review"}),
}
