"""Files on their way in: what is too big is skipped, and a full disk is said in the form instead of failing."""

import errno
import io
import logging
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, TemporaryFileUploadHandler

from onestop.ops.outages import DISK_FULL, disk_is_full

log = logging.getLogger(__name__)
FULL = "disk_full"  # the code of a form's error, for which the page answers 503


class SkipTooBig(FileUploadHandler):
    """Reads past every file of a request that is over the setting UPLOAD_MAX_MB; the page then says so."""

    is_too_big = False

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 (Django's name)
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Look at how much is coming."""
        self.is_too_big = content_length > settings.UPLOAD_MAX_MB * 1_000_000

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Skip the file."""
        super().new_file(*args, **kwargs)
        if self.is_too_big:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Leave the data to the handlers that keep it."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Keep nothing."""


class NotKept(UploadedFile):
    """A file that came while the disk was full: its form says so, and whoever reads it all the same fails."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Fail.

        :raises OSError: always.
        """
        raise OSError(errno.ENOSPC, DISK_FULL)

    def read(self, *args: Any) -> bytes:
        """Fail.

        :raises OSError: always.
        """
        raise OSError(errno.ENOSPC, DISK_FULL)


class KeepOnDisk(TemporaryFileUploadHandler):
    """Keeps a large file on the disk; when that is full, the rest of the form is read all the same."""

    not_kept: NotKept | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a temporary file."""
        self.not_kept = None
        try:
            super().new_file(*args, **kwargs)
        except OSError as problem:
            self._give_up(problem)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece of it."""
        if self.not_kept is None:
            try:
                super().receive_data_chunk(raw_data, start)
            except OSError as problem:
                self._delete(problem)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Return the file, or what stands for one that could not be kept."""
        if self.not_kept is None:
            try:
                return super().file_complete(file_size)
            except OSError as problem:  # the last piece is written when the file is read again
                self._delete(problem)
        assert self.not_kept
        self.not_kept.size = file_size
        return self.not_kept

    def _delete(self, problem: OSError) -> None:
        with suppress(OSError):  # closing writes what is left, and there is no room for it
            self.file.close()
        self._give_up(problem)

    def _give_up(self, problem: OSError) -> None:
        if not disk_is_full(problem):
            raise problem
        log.error("The disk for uploads is full: %s", problem)
        self.not_kept = NotKept(io.BytesIO(), self.file_name, self.content_type)


def refuse_if_not_kept(file: UploadedFile) -> None:
    """See that a file is there to be read.

    :raises ValidationError: if the disk was full when it came.
    """
    if isinstance(file, NotKept):
        raise ValidationError(DISK_FULL, code=FULL)
