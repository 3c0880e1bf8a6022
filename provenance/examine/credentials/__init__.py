"""Content credentials (C2PA): whether a file has any, and what became of checking them. Nothing is fetched."""

import re
from collections.abc import Callable
from html import unescape

from provenance.errors import ReadError
from provenance.examine.credentials.explained import STORE, explained_remote
from provenance.examine.credentials.library import Validator, official_validator
from provenance.examine.credentials.report import credentials_of
from provenance.examine.metadata.containers.block import Blocks
from provenance.model.credentials import MAX_EXPLAINS, Credentials

_DC_TERMS = re.compile(rb"""xmlns:([\w.-]{1,64})\s*=\s*["']http://purl\.org/dc/terms/["']""")
_PROVENANCE = re.compile(rb""":provenance(?:\s*=\s*["']([^"'<>]{1,4096})|>([^<>]{1,4096}))""")
_NAME = re.compile(rb"[\w.-]{1,64}\Z")


def warm_up() -> None:
    """Loads what a locked worker could not. A missing library is said where a file has credentials, not here."""
    try:
        official_validator()
    except ReadError:
        return


def read_credentials(
    data: bytes,
    format: str,  # noqa: A002 - the contract's word
    blocks: Blocks,
    *,
    validator: Callable[[], Validator] = official_validator,
) -> Credentials | None:
    """The file's content credentials; None where it has none.

    Raises ReadError where they are there and cannot be read, and where the file says that it had some.
    """
    at = _store(data, blocks)
    url = _provenance(blocks)
    report = validator().report(data, format) if at is not None else None
    if report is not None:
        return credentials_of(report, data, blocks, url)
    if url is not None and not url.startswith("self#"):
        return Credentials("remote", remote_url=url[:MAX_EXPLAINS], explains=explained_remote(url))
    if at is not None:
        raise ReadError(f"bytes of a C2PA manifest at byte {at}, which the {format} file does not use as one")
    if url is not None:
        raise ReadError(f"the XMP names a C2PA manifest in this file, {url[:100]}, and there is none")
    return None


def _store(data: bytes, blocks: Blocks) -> int | None:
    """Where the first manifest store lies, or what looks like a damaged one; in bytes from the start."""
    found = data.find(STORE)
    if found >= 0:
        return found
    damaged = (block.offset for block in blocks.items if block.kind == "jumbf" and b"c2pa" in block.data[:128])
    return next(damaged, None)


def _provenance(blocks: Blocks) -> str | None:
    """The address in dcterms:provenance of the XMP: of a manifest elsewhere, or "self#jumbf=..."."""
    for block in blocks.items:
        if block.kind == "xmp" and b":provenance" in block.data:
            prefixes = set(_DC_TERMS.findall(block.data))
            for stated in _PROVENANCE.finditer(block.data):
                name = _NAME.search(block.data, max(stated.start() - 64, 0), stated.start())
                if name and name[0] in prefixes:
                    return unescape((stated[1] or stated[2]).decode(errors="replace")).strip()
    return None
