"""Load the sample network: each app may have a ``sample`` package, loaded in the order of INSTALLED_APPS."""

from datetime import date
from importlib import import_module

from django.apps import apps
from django.db import transaction
from django.utils.module_loading import module_has_submodule


class CannotLoad(Exception):
    """The sample conflicts with existing data; the message says why."""


@transaction.atomic
def load_sample(*, today: date) -> list[str]:
    """Load the sample data of every app, dated back from a day; return the apps whose data was not loaded before."""
    loaded = []
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "sample"):
            module = import_module(f"{config.name}.sample")
            if hasattr(module, "load") and module.load(today=today):
                loaded.append(config.name)
    return loaded
