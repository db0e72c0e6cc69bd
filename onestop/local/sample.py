"""The sample network: each app that has some brings it in its ``sample`` package, from the ground floor up."""

from datetime import date
from importlib import import_module

from django.apps import apps
from django.db import transaction
from django.utils.module_loading import module_has_submodule


class CannotLoad(Exception):
    """The sample does not fit beside what is there; the text says why."""


@transaction.atomic
def load_sample(*, today: date) -> list[str]:
    """Load what every app brings, dated back from a day; return the apps whose part was not there yet."""
    loaded = []
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "sample"):
            module = import_module(f"{config.name}.sample")
            if hasattr(module, "load") and module.load(today=today):
                loaded.append(config.name)
    return loaded
