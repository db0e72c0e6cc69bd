"""Add the certificate page to a frozen PDF and seal it: one incremental revision (ETSI EN 319 142-1, PAdES).

The only module that knows pyHanko. The frozen bytes stay the beginning of the executed file; the pages of the
certificate come with their structure tree, so that screen readers find them. The seal certifies the file and allows no
change (DocMDP 1).
"""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Seal:
    """With what a file is sealed: the key and certificate (PKCS #12), and a timestamp server, if there is one."""

    pkcs12: bytes
    password: bytes
    name: str
    timestamp_url: str = ""


def seal(frozen: bytes, certificate: bytes, evidence: bytes, with_: Seal, *, reason: str, at: datetime) -> bytes:
    """Return the executed file: the frozen PDF, then the certificate's pages, the evidence and the seal.

    :raises ValueError: if the key and certificate cannot be read.
    """
    from pyhanko.pdf_utils import embed, generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers, timestamps

    signer = signer_of(with_)
    writer = IncrementalPdfFileWriter(io.BytesIO(frozen))
    _append_pages(writer, certificate)
    embed.embed_file(
        writer,
        embed.FileSpec(
            file_spec_string="evidence.json",
            file_name="evidence.json",
            embedded_data=embed.EmbeddedFileObject.from_file_data(
                writer,
                data=evidence,
                compress=True,
                mime_type="application/json",
                params=embed.EmbeddedFileParams(creation_date=at),
            ),
            description=_("Event log of the signatures"),
            af_relationship=generic.pdf_name("/Supplement"),
        ),
    )
    metadata = signers.PdfSignatureMetadata(
        field_name="Seal",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason=reason,
        name=with_.name,
    )
    place = fields.SigFieldSpec("Seal", on_page=-1, readable_field_name=_("Seal of the portal"))
    server = timestamps.HTTPTimeStamper(with_.timestamp_url) if with_.timestamp_url else None
    out = io.BytesIO()
    pdf_signer = signers.PdfSigner(metadata, signer, timestamper=server, new_field_spec=place)
    with ThreadPoolExecutor(1) as thread:  # pyHanko runs a loop of its own, which fails where one is running
        thread.submit(pdf_signer.sign_pdf, writer, output=out).result()
    return out.getvalue()


def signer_of(seal: Seal) -> Any:
    """Return the key and certificate of a seal, as pyHanko uses them.

    :raises ValueError: if they cannot be read.
    """
    from pyhanko.sign import signers

    return signers.SimpleSigner.load_pkcs12_data(seal.pkcs12, other_certs=[], passphrase=seal.password or None)


def _append_pages(target: Any, tagged: bytes) -> None:
    """Append all pages of a tagged PDF with its structure tree (ISO 32000-1, 14.7.4)."""
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import _ObjectImporter

    source: Any = PdfFileReader(io.BytesIO(tagged))
    pages_ref, tree_ref = target.root.raw_get("/Pages"), target.root.raw_get("/StructTreeRoot")
    pages, tree = pages_ref.get_object(), tree_ref.get_object()
    own_pages_ref, own_tree_ref = source.root.raw_get("/Pages"), source.root.raw_get("/StructTreeRoot")
    own_pages, own_tree = own_pages_ref.get_object(), own_tree_ref.get_object()
    numbers = tree["/ParentTree"]["/Nums"]
    known = [int(numbers[place]) for place in range(0, len(numbers), 2)]
    offset = int(tree.get("/ParentTreeNextKey", 0)) or max(known, default=-1) + 1
    # One importer for all objects, so that what pages and tree share stays shared.
    known_refs = {own_pages_ref.reference: pages_ref, own_tree_ref.reference: tree_ref}
    take = cast(Any, _ObjectImporter)(
        source=source, target=target, reference_map=known_refs, obj_stream=None
    ).import_object
    for place in range(len(own_pages["/Kids"])):
        ref = take(own_pages["/Kids"].raw_get(place))
        page = ref.get_object()
        for key in ("/Resources", "/MediaBox"):
            if key not in page and key in own_pages:
                page[key] = take(own_pages.raw_get(key))
        if "/StructParents" in page:
            page["/StructParents"] = _number(int(page["/StructParents"]) + offset)
        for note in page.get("/Annots", []):
            annotation = note.get_object() if hasattr(note, "get_object") else note
            if "/StructParent" in annotation:
                annotation["/StructParent"] = _number(int(annotation["/StructParent"]) + offset)
        pages["/Kids"].append(ref)
    pages["/Count"] = _number(int(pages["/Count"]) + int(own_pages["/Count"]))
    _append_tree(target, tree, own_tree, take, offset)
    for changed in (pages, pages["/Kids"], tree, tree["/K"], tree["/ParentTree"], numbers):
        if changed.container_ref is not None:
            target.update_container(changed)


def _append_tree(target: Any, tree: Any, own_tree: Any, take: Any, offset: int) -> None:
    from pyhanko.pdf_utils import generic

    roots: Any = own_tree["/K"]
    is_list = isinstance(roots, generic.ArrayObject)
    own = [roots.raw_get(place) for place in range(len(roots))] if is_list else [own_tree.raw_get("/K")]
    if not isinstance(tree["/K"], list):
        tree["/K"] = generic.ArrayObject([tree.raw_get("/K")])
    for root in own:
        tree["/K"].append(take(root))
    numbers, own_numbers = tree["/ParentTree"]["/Nums"], own_tree["/ParentTree"]["/Nums"]
    for place in range(0, len(own_numbers), 2):
        numbers.append(_number(int(own_numbers[place]) + offset))
        numbers.append(take(own_numbers.raw_get(place + 1)))
    tree["/ParentTreeNextKey"] = _number(offset + len(own_numbers) // 2)


def _number(value: int) -> Any:
    from pyhanko.pdf_utils import generic

    return cast(Any, generic.NumberObject)(value)
