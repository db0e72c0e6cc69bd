"""The forms of dashboards."""

from onestop.dashboards.papers.contents import PARTS
from tests.add_forms.form import AddForm

REPEATABLE = (
    r"dashboards:(guide_ask|briefing_ask|pdf_again)$"  # the same contents are made once, what is in progress once
    r"|dashboards:(packet_withdraw|packet_link_opened)$"  # once
)
ADD_FORMS: dict[str, AddForm] = {
    "dashboards:packet_add": AddForm(
        ("area",), {"title": "Packet of June"} | {f"place_{code}": "1" for code in PARTS},
    ),
    "dashboards:packet_send": AddForm(("ready_packet",), lambda w: {"terms": str(w.second_board_term)}),
    "dashboards:packet_resend": AddForm(("sent_packet_link",), {}, page=("dashboards:pdf_detail", "ready_packet")),
}  # fmt: skip
