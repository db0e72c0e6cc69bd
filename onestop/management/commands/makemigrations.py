"""Django's makemigrations, with initial migrations of few operations: each one costs a rendering of all models."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.management.commands import makemigrations
from django.db.migrations.migration import Migration
from django.db.migrations.operations import AddField, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import IndexOperation
from django.db.migrations.optimizer import MigrationOptimizer
from pgtrigger.migrations import AddTrigger


class Command(makemigrations.Command):
    """As Django's."""

    def write_migration_files(self, changes: dict[str, list[Migration]], *args: Any, **options: Any) -> None:
        """Fold initial migrations before they are written."""
        for app_label, migrations in changes.items():
            for migration in migrations:
                if getattr(migration, "initial", False):
                    migration.operations = folded(migration.operations, app_label)  # type: ignore[misc]
        super().write_migration_files(changes, *args, **options)


def folded(operations: Sequence[Operation], app_label: str) -> list[Operation]:
    """Return the operations of a first migration with fields, indexes and constraints inside their models.

    Django's optimizer stops at triggers, which it does not know, and at indexes and constraints of other models. Only
    fields of models that refer to each other in a circle stay outside, with what is about them. Triggers follow their
    models at once: the fewer models there are, the quicker all are rendered.
    """
    triggers = [operation for operation in operations if isinstance(operation, AddTrigger)]
    rest = [operation for operation in operations if not isinstance(operation, AddTrigger)]
    before = len(rest) + 1
    while len(rest) < before:
        before = len(rest)
        rest = MigrationOptimizer().optimize(rest, app_label)
        rest = MigrationOptimizer().optimize(_after_models(rest, IndexOperation), app_label)
    return _after_models([*rest, *triggers], AddTrigger)


def _after_models(operations: Sequence[Operation], kind: type[IndexOperation]) -> list[Operation]:
    """Return the operations with those of a kind directly after their models, if these have all their fields there."""
    circular = {operation.model_name_lower for operation in operations if isinstance(operation, AddField)}
    moved: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        if isinstance(operation, kind) and operation.model_name_lower not in circular:
            moved[operation.model_name_lower].append(operation)
    placed: list[Operation] = []
    for operation in operations:
        if not (isinstance(operation, kind) and operation.model_name_lower in moved):
            placed.append(operation)
        if isinstance(operation, CreateModel):
            placed += moved.get(operation.name_lower, [])
    return placed
