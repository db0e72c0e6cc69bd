"""Upload handlers: files that are too large are skipped, and a full disk is a form error instead of a failure."""

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
FULL = "disk_full"  # code of the form error; the page then responds with 503


class SkipTooBig(FileUploadHandler):
    """Skip every file of a request that is larger than the setting UPLOAD_MAX_MB; the view shows the error."""

    is_too_big = False

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 (Django's name)
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Check the size of the request."""
        self.is_too_big = content_length > settings.UPLOAD_MAX_MB * 1_000_000

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Skip the file."""
        super().new_file(*args, **kwargs)
        if self.is_too_big:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the data on to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Store nothing."""


class NotKept(UploadedFile):
    """A file uploaded while the disk was full: its form shows an error, and reading it raises one."""

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
    """Write a large file to the disk; when the disk is full, still read the rest of the form."""

    not_kept: NotKept | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open a temporary file."""
        self.not_kept = None
        try:
            super().new_file(*args, **kwargs)
        except OSError as problem:
            self._give_up(problem)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a chunk."""
        if self.not_kept is None:
            try:
                super().receive_data_chunk(raw_data, start)
            except OSError as problem:
                self._delete(problem)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Return the file, or a placeholder for one that could not be stored."""
        if self.not_kept is None:
            try:
                return super().file_complete(file_size)
            except OSError as problem:  # the last chunk is flushed only now
                self._delete(problem)
        assert self.not_kept
        self.not_kept.size = file_size
        return self.not_kept

    def _delete(self, problem: OSError) -> None:
        with suppress(OSError):  # closing flushes, for which there is no space
            self.file.close()
        self._give_up(problem)

    def _give_up(self, problem: OSError) -> None:
        if not disk_is_full(problem):
            raise problem
        log.error("The disk for uploads is full: %s", problem)
        self.not_kept = NotKept(io.BytesIO(), self.file_name, self.content_type)


def refuse_if_not_kept(file: UploadedFile) -> None:
    """Check that a file was stored.

    :raises ValidationError: if the disk was full when it was uploaded.
    """
    if isinstance(file, NotKept):
        raise ValidationError(DISK_FULL, code=FULL)
