"""Apply migrations to an empty database in a few seconds: for the demo, development and tests, never deployments."""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

# What changes nothing of a model but its options.
OF_OPTIONS: dict[type, tuple[str, ...]] = {
    ProjectState: ("_append_option", "_remove_option", "_alter_option", "alter_model_options"),
    AddTrigger: ("state_forwards",),
    RemoveTrigger: ("state_forwards",),
}


@contextmanager
def quick_migrations() -> Iterator[None]:
    """Render models of migrations only when their columns change, and only these.

    Django renders a model and all models around it after every operation, and spends nine tenths of the time on it. A
    new model changes no other one, and an index, a constraint or a trigger no column. The test of upgrades compares the
    schema with that of Django's own way.
    """
    reload_model = ProjectState.reload_model

    def render_new(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
        if "apps" in vars(state) and model_name not in state.apps.all_models[app_label]:
            state.apps.render_multiple([state.models[app_label, model_name]])
        else:
            # A new column that refers to a model changes the models beside it, and none farther away.
            reload_model(state, app_label, model_name, True)

    def render_alone(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
        # Models that refer to it keep the old class, whose table and key are the same; code gets all rendered anew.
        state.is_delayed = True
        if "apps" in vars(state):
            state.apps.unregister_model(app_label, model_name)
            state.apps.render_multiple([state.models[app_label, model_name]])

    def set_options(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
        state.is_delayed = True  # code in a migration, which may see other options, gets all models rendered anew
        if "apps" in vars(state):
            options, meta = (
                state.models[app_label, model_name].options,
                state.apps.get_model(app_label, model_name)._meta,
            )
            meta.indexes, meta.constraints = list(options["indexes"]), list(options["constraints"])

    def reloading_by(reload: Callable[..., None], change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*args: Any, **kwargs: Any) -> Any:
            with patch.object(ProjectState, "reload_model", reload):
                return change(*args, **kwargs)

        return changed

    with ExitStack() as patches:
        patches.enter_context(patch.object(ProjectState, "reload_model", render_new))
        for owner, names in OF_OPTIONS.items():
            for name in names:
                patches.enter_context(patch.object(owner, name, reloading_by(set_options, getattr(owner, name))))
        with_column = reloading_by(render_alone, ProjectState.add_field)
        patches.enter_context(patch.object(ProjectState, "add_field", with_column))
        patches.enter_context(no_garbage_collected())
        yield


@contextmanager
def no_garbage_collected() -> Iterator[None]:
    """Collect no garbage: looking through the models that are kept takes a third of the time of all migrations."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
