"""Send the contents of a stored file. Who may have it is decided by whoever calls this."""

from django.http import FileResponse
from django.utils.cache import patch_cache_control

from onestop.files.kinds import MEDIA_TYPES
from onestop.files.models import StoredFile

# Whatever a browser does with a file in spite of its headers: it runs nothing, loads nothing, and is of no origin.
SANDBOX = "default-src 'none'; sandbox"


def contents_response(file: StoredFile) -> FileResponse:
    """Return a clean file as a download under the name by which it was uploaded.

    :raises OSError: if the storage does not have it, or does not respond.
    """
    response = FileResponse(
        file.file.open("rb"), as_attachment=True, filename=file.name, content_type=MEDIA_TYPES[file.kind]
    )
    response["Content-Length"] = str(file.size)
    patch_cache_control(response, private=True, no_store=True)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response
