"""Files in a bucket that speaks S3: Amazon's, or that of MinIO, Ceph and others."""

from typing import Any, NoReturn

from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage


class StorageDoesNotAnswer(OSError):
    """The bucket cannot be reached, or does not let us in."""


class PrivateS3Storage(S3Storage):
    """A private bucket: files get no address of their own, and leave it only through our views."""

    def _save(self, name: str, content: Any) -> str:
        try:
            return str(super()._save(name, content))
        except (BotoCoreError, ClientError) as problem:
            raise StorageDoesNotAnswer(str(problem)) from problem

    def _open(self, name: str, mode: str = "rb") -> Any:
        try:
            return super()._open(name, mode)
        except (BotoCoreError, ClientError) as problem:
            raise StorageDoesNotAnswer(str(problem)) from problem

    def delete(self, name: str) -> None:
        """Delete a file; one that is not there is deleted already.

        :raises StorageDoesNotAnswer: if the bucket cannot be reached.
        """
        try:
            super().delete(name)
        except (BotoCoreError, ClientError) as problem:
            raise StorageDoesNotAnswer(str(problem)) from problem

    def url(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: no file has a public address.

        :raises NotImplementedError: always.
        """
        raise NotImplementedError("Stored files are downloaded through the portal.")  # no translation: for developers
