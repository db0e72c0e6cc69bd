"""The Django application."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FilesConfig(AppConfig):
    """Registers stored files, what each app uses them for (its module ``file_uses``), and how their scans go."""

    name = "onestop.files"

    def ready(self) -> None:
        from onestop.files import answering
        from onestop.files.models import StoredFile
        from onestop.jobs.queues import load_of, watch_queue
        from onestop.ops import health

        autodiscover_modules("file_uses")
        watch_queue("files", lambda at: load_of(StoredFile.objects.waiting()))
        health.add_report("files", answering.readiness)
