"""How a notice was delivered, in words for its recipient: by email, in a digest, in the portal only, or not."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from onestop.notices.models import Notice
from onestop.ui.presentation import shortday, when

Status = Notice.Status


@dataclass(frozen=True)
class DeliveryStatus:
    """How a notice was delivered: in a word or two for a list, and in a sentence."""

    word: str
    sentence: str
    is_lost: bool = False


def delivery_status_of(notice: Notice, *, at: datetime) -> DeliveryStatus:
    """Return how a notice was delivered. Needs its ``carrier`` fetched."""
    values = {"address": notice.to, "date": when(notice.due_at, "plain")}
    match notice.status:
        case Status.SENT:
            sent = values | {"date": when(notice.sent_at, "plain")}
            return DeliveryStatus(_("by email"), _("By email to %(address)s, %(date)s.") % sent)
        case Status.DIGESTED if notice.carrier:
            return _in_digest(notice.carrier)
        case Status.IN_APP_ONLY:
            return DeliveryStatus(_("portal only"), _("In the portal only, as you chose."))
        case Status.DIGEST_PENDING:
            word = _("held for your digest of %(day)s") % {"day": shortday(notice.due_at)}
            return DeliveryStatus(word, _("Held for your digest of %(date)s.") % values)
        case Status.QUEUED if notice.due_at > at:
            text = _("The email to %(address)s will be sent %(date)s.")
            return DeliveryStatus(_("email scheduled"), text % values)
        case Status.FAILED:
            text = _("Not delivered to %(address)s. Reason: %(reason)s")
            return DeliveryStatus(_("not delivered"), text % (values | {"reason": notice.last_error}), is_lost=True)
        case Status.UNCERTAIN:
            text = _("The email to %(address)s may or may not have been delivered: the mail server stopped answering.")
            return DeliveryStatus(_("delivery unknown"), text % values)
        case Status.WITHDRAWN:
            return DeliveryStatus(_("not sent"), _("Not sent by email: it was withdrawn before."))
    return DeliveryStatus(_("sending"), _("Sending to %(address)s.") % values)


def _in_digest(digest: Notice) -> DeliveryStatus:
    """Return how a notice was delivered that a digest contains, with the day of the digest."""
    day = shortday(digest.sent_at or digest.due_at)
    values = {"digest": digest.subject, "address": digest.to, "day": day, "date": when(digest.sent_at, "plain")}
    word = _("in the digest of %(day)s") % values
    if digest.sent_at and digest.status == Status.SENT:
        return DeliveryStatus(word, _("In the digest “%(digest)s” to %(address)s, %(date)s.") % values)
    if digest.status == Status.FAILED:
        text = _("In the digest “%(digest)s” of %(day)s, which was not delivered to %(address)s.")
        return DeliveryStatus(_("digest of %(day)s not delivered") % values, text % values, is_lost=True)
    text = _("In the digest “%(digest)s” of %(day)s, which is being sent to %(address)s.")
    return DeliveryStatus(word, text % values)
