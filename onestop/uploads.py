"""What is too big to be taken in at all is skipped on its way in: neither kept in memory nor written to the disk."""

from typing import IO, Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


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
