"""Add, edit, remove and restore the papers of agenda items."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from meetings.agendas.items import lock_current
from meetings.agendas.locking import CannotChangeAgenda, demand_no_customer
from meetings.agendas.publishing import note_change
from meetings.models import AgendaItem, AgendaPaper
from onestop.accounts.models import User
from onestop.editing.versions import apply_facts, demand_version
from onestop.files.storing import demand_usable
from onestop.history.tracking import recorded

FACTS = ("file", "title", "is_public")
MOST_PAPERS = 20  # of one item


@recorded
def add_paper(item: AgendaItem, *, facts: Mapping[str, Any], by: User | None, at: datetime) -> AgendaPaper:
    """Add a paper to an item; without a title it has the name of its file.

    :raises CannotChangeAgenda: if the item cannot be changed, or has very many papers.
    :raises CannotUseFile: if the file cannot belong to it.
    """
    item = lock_current(item)
    if item.papers.current().count() >= MOST_PAPERS:
        raise CannotChangeAgenda(_("An item can have %(number)s papers at most.") % {"number": MOST_PAPERS})
    last = item.papers.order_by("-position").values_list("position", flat=True).first() or 0
    paper = AgendaPaper(item=item, position=last + 1)
    _set(paper, facts, by=by)
    paper.save()
    note_change(item.meeting, at=at)
    return paper


@recorded
def update_paper(
    paper: AgendaPaper, *, facts: Mapping[str, Any], version: str = "", by: User | None, at: datetime
) -> AgendaPaper:
    """Change the file or the title of a paper, or whether it is public.

    :raises ChangedMeanwhile: if ``version`` is given and somebody has saved since.
    :raises CannotChangeAgenda: if the item cannot be changed.
    :raises CannotUseFile: if the file cannot belong to it.
    """
    paper = _lock(paper)
    demand_version(paper, (), version)
    if paper.is_archived:
        raise CannotChangeAgenda(_("This paper was removed. Restore it first."))
    if names := _set(paper, facts, by=by):
        paper.save(update_fields=names)
        note_change(paper.item.meeting, at=at)
    return paper


@recorded
def remove_paper(paper: AgendaPaper, *, by: User | None, at: datetime) -> None:
    """Remove a paper; it can be restored.

    :raises CannotChangeAgenda: if the item cannot be changed.
    """
    paper = _lock(paper)
    if not paper.is_archived:
        paper.archived_at = at
        paper.save(update_fields=["archived_at"])
        note_change(paper.item.meeting, at=at)


@recorded
def restore_paper(paper: AgendaPaper, *, by: User | None, at: datetime) -> None:
    """Restore a removed paper.

    :raises CannotChangeAgenda: if the item cannot be changed.
    """
    paper = _lock(paper)
    if paper.is_archived:
        paper.archived_at = None
        paper.save(update_fields=["archived_at"])
        note_change(paper.item.meeting, at=at)


def _lock(paper: AgendaPaper) -> AgendaPaper:
    item = lock_current(paper.item)
    locked = AgendaPaper.objects.select_related("file").get(pk=paper.pk)
    locked.item = item
    return locked


def _set(paper: AgendaPaper, facts: Mapping[str, Any], *, by: User | None) -> list[str]:
    demand_usable(facts.get("file"), paper, "file", by=by)
    if paper.file_id is None:
        paper.file = facts["file"]
    names = apply_facts(paper, {name: facts[name] for name in FACTS if name in facts})
    if not paper.title:
        paper.title = paper.file.name.rpartition(".")[0][:150] or paper.file.name[:150]
        names.append("title")
    demand_no_customer(paper.item.series, [paper.title])
    return names
