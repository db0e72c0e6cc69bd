"""Addresses and what servers say have no place to break; on a phone they stay within their card all the same."""

import pytest
from django.urls import reverse
from django.utils import timezone

from onestop.notices import bounces, outbox
from onestop.notices.models import Notice
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "somebody.withalongname@rehabilitation.millrace.example"
SAID = f"550 5.1.1 <{ADDRESS}>: no such mailbox"
# Each word's own box, since a word that runs out does not widen what it stands in.
RUN_OUT = """[...document.querySelectorAll('main .op-card, main .op-tablebox')].flatMap(box => {
  const words = document.createTreeWalker(box, NodeFilter.SHOW_TEXT), range = document.createRange(), out = [];
  const limit = box.getBoundingClientRect().right;
  while (words.nextNode()) {
    range.selectNodeContents(words.currentNode);
    const shown = !words.currentNode.parentElement.closest('.visually-hidden, iframe');
    if (shown && range.getBoundingClientRect().right > limit + 1) out.push(words.currentNode.data);
  }
  return out;
})"""


@pytest.mark.parametrize(
    "name", ["partners:notice_detail", "partners:notice_list", "partners:unreachable_list", "dashboards:home"]
)
def test_what_cannot_be_broken_stays_in_its_card_on_a_phone(open_page, area, partner, cast, name):
    factories.make_representative(partner, email=ADDRESS)
    bounces.note_bounce(ADDRESS, said=SAID, at=timezone.now())
    notice = factories.make_notice(area, status=Notice.Status.FAILED, last_error=SAID)
    Notice.objects.filter(pk=notice.pk).update(to=ADDRESS)
    outbox.send_again(Notice.objects.filter(pk=notice.pk), by=cast["staff"], at=timezone.now())
    page = open_page(cast["staff"], width=360)
    page.goto(reverse(name, args=[area.slug, notice.pk] if name == "partners:notice_detail" else [area.slug]))
    assert ADDRESS in page.locator("main").inner_text().replace("\n", "")
    assert page.evaluate(RUN_OUT) == []
