"""Apply migrations to an empty database in a few seconds: for the demo, development and tests, never deployments."""

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
    """Render models of migrations only when their columns change.

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

    def set_options(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
        state.is_delayed = True  # code in a migration, which may see other options, gets all models rendered anew
        if "apps" in vars(state):
            options, meta = (
                state.models[app_label, model_name].options,
                state.apps.get_model(app_label, model_name)._meta,
            )
            meta.indexes, meta.constraints = list(options["indexes"]), list(options["constraints"])

    def only_options(change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*args: Any, **kwargs: Any) -> Any:
            with patch.object(ProjectState, "reload_model", set_options):
                return change(*args, **kwargs)

        return changed

    with ExitStack() as patches:
        patches.enter_context(patch.object(ProjectState, "reload_model", render_new))
        for owner, names in OF_OPTIONS.items():
            for name in names:
                patches.enter_context(patch.object(owner, name, only_options(getattr(owner, name))))
        yield
