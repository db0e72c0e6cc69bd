"""The evidence of an executed agreement as one ZIP file, also for people without a PDF reader."""

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.template.loader import render_to_string

from agreements.models import SealedDocument
from agreements.signing import evidence, sealing
from onestop.files.kinds import ENDINGS

IN_MEMORY = 20_000_000  # bytes; larger packages are written to the disk
PACKED = {".html": zipfile.ZIP_DEFLATED, ".json": zipfile.ZIP_DEFLATED}  # PDFs and scans are compressed already
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day a ZIP knows: the same files make the same bytes


def package_of(sealed: SealedDocument) -> IO[bytes]:
    """Return an open ZIP file: the executed PDF, the text, the certificate, the event log, scans, and their hashes.

    :raises OSError: if a file cannot be read.
    """
    made: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- the caller closes it
    sums = []
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _files(sealed):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), data, PACKED.get(Path(name).suffix, zipfile.ZIP_STORED))
            sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
        archive.writestr(zipfile.ZipInfo("SHA256SUMS", EPOCH), "".join(sums))
    made.seek(0)
    return made


def _files(sealed: SealedDocument) -> Iterator[tuple[str, bytes]]:
    frozen = sealed.sending.document
    yield "executed.pdf", _read(sealed.file)
    yield "text.pdf", _read(frozen.file)
    yield (
        "text.html",
        render_to_string("agreements/paper/frozen_paper.html", {"document": frozen, "standalone": True}).encode(),
    )
    yield "certificate.html", sealing.certificate_html(sealed, standalone=True).encode()
    yield "evidence.json", sealed.evidence.encode()
    for number, signature in enumerate(evidence.signatures_of(sealed.sending), start=1):
        if signature.scan:
            yield f"scans/{number:02}-{signature.scan.pk}{_ending(signature.scan)}", _read(signature.scan.file)


def _read(file: Any) -> bytes:
    with file.open("rb") as opened:
        data: bytes = opened.read()
    return data


def _ending(scan: Any) -> str:
    return f".{ENDINGS[scan.kind][0]}"
