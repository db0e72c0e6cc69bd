"""Files: on the disk written completely or not at all; in any storage deleted when no row refers to them."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.move import file_move_safe
from django.core.files.storage import FileSystemStorage
from django.db.models import Model
from django.db.models.fields.files import FieldFile

from onestop.ops.outages import database_is_away

FORGOTTEN_AFTER = timedelta(days=1)  # no transaction is open that long


class WholeFileStorage(FileSystemStorage):
    """Write a file under a temporary name and rename it at the end; delete it if that fails."""

    def _save(self, name: str, content: Any) -> str:
        part = f"{name}.{secrets.token_hex(8)}.part"
        try:
            super()._save(part, content)  # type: ignore[misc]
            while True:
                try:
                    file_move_safe(self.path(part), self.path(name), allow_overwrite=False)
                    return name
                except FileExistsError:
                    name = self.get_available_name(name)
        except BaseException:
            Path(self.path(part)).unlink(missing_ok=True)
            raise


@contextmanager
def deleted_on_failure(file: FieldFile) -> Iterator[None]:
    """Delete a file that was saved if the row that refers to it cannot be written.

    If the connection was lost, the row may exist: the file is kept, and ``delete_forgotten`` deletes it later.
    """
    try:
        yield
    except BaseException as problem:
        if not database_is_away(problem):
            with suppress(OSError):
                file.delete(save=False)
        raise


def delete_forgotten(model: type[Model], field: str, folder: str, *, at: datetime) -> int:
    """Delete the files in a folder that no row refers to, as when a worker is killed before it writes the row."""
    storage = model._meta.get_field(field).storage  # type: ignore[union-attr]
    try:
        _, names = storage.listdir(folder)
    except FileNotFoundError:
        return 0
    rows = model._default_manager.filter(**{f"{field}__startswith": f"{folder}/"})
    known = set(rows.values_list(field, flat=True))
    gone = [f"{folder}/{name}" for name in names if f"{folder}/{name}" not in known]
    gone = [path for path in gone if storage.get_modified_time(path) < at - FORGOTTEN_AFTER]
    for path in gone:
        storage.delete(path)
    return len(gone)
