"""What has become of a notice, as kind, word and icon of a chip: the same wherever notices are shown."""

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
    """Return what has become of a notice, for ``chip``."""
    status = Status(notice.status)
    kind, icon = LOOKS[status]
    return kind, str(status.label), icon
