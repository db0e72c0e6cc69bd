"""The delivery status of a notice as the kind, word and icon of a chip."""

from onestop.notices.models import Notice

Status = Notice.Status
LOOKS = {
    Status.DIGEST_PENDING: ("rest", "collection"),
    Status.QUEUED: ("way", "hourglass-split"),
    Status.CLAIMED: ("way", "send"),
    Status.SENT: ("good", "check-circle-fill"),
    Status.DIGESTED: ("good", "collection"),
    Status.IN_APP_ONLY: ("good", "bell"),
    Status.FAILED: ("now", "envelope-x"),
    Status.UNCERTAIN: ("soon", "patch-question"),
    Status.WITHDRAWN: ("rest", "arrow-counterclockwise"),
}


def chip_of(notice: Notice) -> tuple[str, str, str]:
    """Return the arguments of ``chip`` for a notice."""
    status = Status(notice.status)
    kind, icon = LOOKS[status]
    return kind, str(status.label), icon
