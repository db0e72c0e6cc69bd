"""What changed: the history of a thing in words, for everybody who sees the thing.

Triggers keep an event for every insert, update and delete (``onestop.history``). Here events become sentences: who did
what when, where, and each field before and after. What one act wrote, to however many tables, is one change.
"""

from partners.changes.reading import Changes, changes_of
from partners.changes.saving import ChangedMeanwhile, apply_facts, demand_version, version_of
from partners.changes.sources import Source

__all__ = ["ChangedMeanwhile", "Changes", "Source", "apply_facts", "changes_of", "demand_version", "version_of"]
