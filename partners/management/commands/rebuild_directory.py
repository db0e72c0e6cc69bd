"""Rebuild the index of the public directory: listings, words and synonyms."""

from typing import Any

from django.core.management.base import BaseCommand

from partners.models import LocalArea, SearchWord
from partners.search import index, synonyms


class Command(BaseCommand):
    """Triggers and a nightly task do the same; run it after restoring a part of a backup."""

    help = "Rebuild the index of the public directory: listings, words, and synonyms of terms."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{index.rebuild()} listings were outdated and are corrected.")
        self.stdout.write(f"{SearchWord.objects.count()} words are counted.")
        number = sum(synonyms.refresh_synonyms(area) for area in LocalArea.objects.current())
        self.stdout.write(f"{number} synonyms of glossaries are loaded.")
