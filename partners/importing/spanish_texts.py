"""Plan the Spanish texts of services, which come with their English words from another portal (HSDS)."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from partners.importing import cells
from partners.importing.network_fields import SERVICE_FIELDS
from partners.importing.planning import ReadRow
from partners.models import LocalArea, Service, ServiceText
from partners.models.service_texts import WORDS

LABELS = {field.code: field.label for field in SERVICE_FIELDS}


class SpanishTexts:
    """The Spanish texts of an area, and what rows change in them."""

    def __init__(self, area: LocalArea) -> None:
        self.area = area

    @cached_property
    def known(self) -> dict[int, ServiceText]:
        """The texts by their services; most files have no Spanish, and cost no query."""
        rows = ServiceText.objects.by_language(ServiceText.Language.SPANISH)
        return {text.service_id: text for text in rows.filter(service__partnership__area=self.area)}

    def plan(self, row: ReadRow, service: Service | None, changes: list[list[str]]) -> dict[str, str]:
        """Return the parts that a row writes anew, and tell them as changes."""
        if not row.values.get("translation"):
            return {}
        known = self.known.get(service.pk) if service else None
        given = {name: words for name, words in self._given(row).items() if self._fits(row, name, words)}
        if given and known is None and not given.get("name"):
            row.remark(_("It has no Spanish name. Not saved."), "translation", "; ".join(given.values()), asks=True)
            return {}
        new = {name: words for name, words in given.items() if words != (getattr(known, name) if known else "")}
        for name, words in new.items():
            label = _("Spanish: %(field)s") % {"field": LABELS[name]}
            changes.append([label, getattr(known, name) if known else "", words])
        return new

    @staticmethod
    def _given(row: ReadRow) -> Mapping[str, str]:
        texts: Any = row.values.get("translation") or [{}]
        return {name: cells.tidy(texts[0][name]) for name in WORDS if texts[0].get(name)}

    @staticmethod
    def _fits(row: ReadRow, name: str, words: str) -> bool:
        field: Any = ServiceText._meta.get_field(name)
        most = field.max_length
        if most and len(words) > most:
            row.remark(cells.too_long(words, most), "translation", words, asks=True)
        return not most or len(words) <= most
