"""What a state means for one file, in plain words, and which part of the file the signature does not cover."""

import hashlib
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from provenance.examine.credentials.fields import entry, listed, text
from provenance.examine.metadata.containers.block import Blocks
from provenance.model.credentials import Credentials

Stretch = tuple[int, int]  # first byte, and the byte after the last

# The type of a manifest store's description box, C2PA 2.1 section 11.1.4. It stands in one piece in every container.
STORE: Final = b"c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71"

_MAX_EXCLUSIONS = 64
_TIFF_VALUE = 16  # bytes, count and value of an entry: where the manifest lies is written after hashing
# Boxes that C2PA 2.1, section 18.7, leaves out of every BMFF hash, and those c2pa-rs does: none holds picture or EXIF.
_USUAL_BOXES = {"/ftyp", "/mfra", "/free", "/skip", "/moov/pssh"}
_C2PA_BOX = list(bytes.fromhex("d8fec3d61b0e483c92975828877ec481"))  # the user type of the box that holds the manifest


@dataclass(frozen=True, slots=True)
class Unprotected:
    """What the signed hash leaves out besides the manifest itself, in words, and whether the rest matches it."""

    parts: tuple[str, ...] = ()  # "exif (bytes 30-4,211)", "/meta"
    stretches: tuple[Stretch, ...] = ()
    rest_matches: bool = False  # only of a hash over bytes, by our own reckoning


def unprotected(assertions: dict[str, Any], data: bytes, blocks: Blocks) -> Unprotected:
    """By the hash assertions of a manifest, as crJSON gives them."""
    for label, assertion in assertions.items():
        if label.startswith("c2pa.hash.data"):
            stretches = tuple(_stretches(listed(entry(assertion), "exclusions"), len(data)))
            parts = tuple(_parts(stretches, data, blocks))
            return Unprotected(parts, stretches, _matches(entry(assertion), stretches, data))
        if label.startswith("c2pa.hash.bmff"):
            return Unprotected(tuple(_unusual_boxes(listed(entry(assertion), "exclusions"))))
    return Unprotected()


def explained(credentials: Credentials, left_out: Unprotected, *, more: bool) -> str:
    """Sentences: what the state means, then what else a reader of it must know."""
    return " ".join(filter(None, _sentences(credentials, left_out, more=more)))


def explained_remote(url: str) -> str:
    return (
        f"The file says that its manifest lies at {url[:500]}. It was not fetched, so nothing was checked: the address "
        "is a claim of the file."
    )


def _sentences(credentials: Credentials, left_out: Unprotected, *, more: bool) -> Iterator[str]:
    signer = credentials.signer or "a signer without a name"
    match credentials.state:
        case "trusted":
            yield (
                f"The signed part of the file is as {signer} signed it, and the certificate leads to the official "
                "trust list: it is known who says this, not whether it is true."
            )
        case "valid":
            yield (
                "The signed part of the file is as it was signed, but the signer is not on the official trust list: "
                f"anybody can make a certificate with the name {signer}."
            )
        case _:
            yield from _of_invalid(credentials, left_out)
    yield _of_left_out(left_out)
    yield _of_time(credentials)
    broken = [each for each in credentials.ingredients if _broken(each.problems)]
    if broken:
        first = broken[0].title[:100] or "one without a title"
        yield f"{len(broken)} of its ingredients had failures of their own, first {first}."
    if more:
        yield f"It has more ingredients than the {len(credentials.ingredients)} that are listed."


def _of_invalid(credentials: Credentials, left_out: Unprotected) -> Iterator[str]:
    codes = [each.code for each in credentials.problems if each.code != "signingCredential.untrusted"]
    yield f"The credentials do not hold ({', '.join(dict.fromkeys(codes[:5])) or 'the validator gives no code'})."
    if "assertion.dataHash.mismatch" in codes and left_out.rest_matches:
        yield (
            "All bytes outside the part that the signature leaves out are as signed: what is refused is how much it "
            "leaves out, not that the rest was changed."
        )
    elif any(code.endswith("Hash.mismatch") for code in codes):
        yield "The file is not the one that was signed: something was changed after, by intent or by saving it again."
    if "signingCredential.expired" in codes:
        yield "No accepted time stamp shows that it was signed before the certificate ended; honest files lack one too."


def _of_left_out(left_out: Unprotected) -> str:
    if not left_out.parts:
        return ""
    where = (
        f" (bytes {', '.join(f'{first}-{end - 1}' for first, end in left_out.stretches[:4])})"
        if left_out.stretches
        else ""
    )
    return f"The signature does not cover{where} {', '.join(left_out.parts[:8])}: that could be changed unnoticed."


def _of_time(credentials: Credentials) -> str:
    if credentials.signed_at is None or credentials.time_authority_listed:
        return ""
    return (
        f"The time {credentials.signed_at} was stamped by an authority that calls itself "
        f"{credentials.time_authority or 'nothing'} and was held against no list: anybody can run one."
    )


def _broken(problems: tuple[Any, ...]) -> bool:
    return any(each.code != "signingCredential.untrusted" for each in problems)


def _stretches(exclusions: list[dict[str, Any]], size: int) -> Iterator[Stretch]:
    for each in exclusions[:_MAX_EXCLUSIONS]:
        start, length = each.get("start"), each.get("length")
        if isinstance(start, int) and isinstance(length, int) and start >= 0 and length > 0 and start + length <= size:
            yield start, start + length


def _parts(stretches: tuple[Stretch, ...], data: bytes, blocks: Blocks) -> Iterator[str]:
    """The blocks that begin in a stretch, and stretches that hold no manifest at all."""
    for block in blocks.items:
        if block.kind != "jumbf" and block.data is not data and any(a <= block.offset < b for a, b in stretches):
            yield f"{block.kind} (at byte {block.offset}, {len(block.data)} bytes)"
    for first, end in stretches:
        tiff_entry = data[:2] in (b"II", b"MM") and end - first <= _TIFF_VALUE
        if not tiff_entry and data.find(STORE, first, end) < 0:
            yield f"bytes {first}-{end - 1}"


def _matches(assertion: dict[str, Any], stretches: tuple[Stretch, ...], data: bytes) -> bool:
    algorithm = text(assertion.get("alg")) or "sha256"
    stated = re.fullmatch(r"(?:b64')?([A-Za-z0-9+/=]+)'?", text(assertion.get("hash")))
    if algorithm not in ("sha256", "sha384", "sha512") or stated is None:
        return False
    digest, at = hashlib.new(algorithm), 0
    for first, end in sorted(stretches):
        digest.update(memoryview(data)[at : max(first, at)])
        at = max(at, end)
    digest.update(memoryview(data)[at:])
    try:
        return digest.digest() == b64decode(stated[1])
    except NotBase64:
        return False


def _unusual_boxes(exclusions: list[dict[str, Any]]) -> Iterator[str]:
    for each in exclusions[:_MAX_EXCLUSIONS]:
        path = text(each.get("xpath"))
        own = path == "/uuid" and any(one.get("value") == _C2PA_BOX for one in listed(each, "data"))
        if path not in _USUAL_BOXES and not own:
            yield path or "a box without a name"
