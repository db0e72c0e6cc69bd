"""Initial migrations are written with few operations: each costs a rendering of all models."""

from importlib import import_module

import pytest
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from pgtrigger.migrations import AddTrigger

from onestop.management.commands.makemigrations import folded


@pytest.mark.parametrize("app", ["partners", "onestop.accounts", "onestop.notices"])
def test_ours_are_folded(app):
    operations = import_module(f"{app}.migrations.0001_initial").Migration.operations
    circular = {each.model_name_lower for each in operations if isinstance(each, AddField)}
    loose = [each for each in operations if isinstance(each, AddIndex | AddConstraint)]
    assert [each for each in loose if each.model_name_lower not in circular] == []
    models = [each.name_lower for each in operations if isinstance(each, CreateModel)]
    for position, each in enumerate(operations):
        if isinstance(each, AddTrigger) and each.model_name_lower not in circular:
            before = next(one for one in reversed(operations[:position]) if isinstance(one, CreateModel))
            assert before.name_lower == each.model_name_lower
    assert len(models) == len(set(models))


@pytest.mark.parametrize("app", ["partners", "onestop.accounts", "onestop.notices"])
def test_folding_again_changes_nothing(app):
    operations = import_module(f"{app}.migrations.0001_initial").Migration.operations
    told = [each.describe() for each in folded(operations, app.rpartition(".")[2])]
    assert told == [each.describe() for each in operations]
