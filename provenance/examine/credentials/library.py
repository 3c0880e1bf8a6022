"""The library that checks content credentials, c2pa-rs by c2pa-python, and the trust lists it is given."""

import contextlib
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from importlib.util import find_spec
from io import BytesIO
from typing import Any, Final

from provenance.errors import ReadError
from provenance.examine.faults import described

LISTS_OF: Final = "2026-08-21"  # see trust/SOURCES.md

# What the library calls our formats. It reads no C2PA in the others: bmp, cr2, cr3, raw.
MIME_TYPES: Final = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "tiff": "image/tiff",
    "dng": "image/dng",
    "nef": "image/x-nikon-nef",
    "arw": "image/x-sony-arw",
    "avif": "image/avif",
    "heif": "image/heif",
    "jxl": "image/jxl",
}

SIGNERS: Final = "provenance:signers"  # what the library calls the list that a certificate was found on
_TIME_STAMPS: Final = "provenance:time-stamps"
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TrustLists:
    """Certificates, PEM, that a signer's chain, and a time stamp's, must lead to in order to be trusted."""

    signers: str
    time_stamps: str
    named: str  # "trust list of 2026-08-21"


@dataclass(frozen=True, slots=True)
class Report:
    """What the library says of one file: its JSON, and its crJSON, which has certificates and hash assertions."""

    store: dict[str, Any]
    details: dict[str, Any]
    checked_with: str


class Validator:
    """Checks manifests against these trust lists, offline. Raises ReadError where the library cannot be loaded."""

    def __init__(self, lists: TrustLists) -> None:
        try:
            c2pa = _loaded()
            self._c2pa, self._context = c2pa, c2pa.Context.from_dict(_settings(lists))
            self._checked_with = f"c2pa-rs {c2pa.sdk_version()}, {lists.named}"
        except Exception as fault:
            raise ReadError(
                f"content credentials cannot be checked, c2pa-python does not load: {described(fault)}"
            ) from fault

    def report(self, data: bytes, format: str) -> Report | None:  # noqa: A002 - the contract's word
        """What the library says of the file's manifest; None where it finds none. Raises ReadError."""
        if format not in MIME_TYPES:
            return None
        try:
            with self._c2pa.Reader(MIME_TYPES[format], BytesIO(data), context=self._context) as reader:
                store, details = json.loads(reader.json()), json.loads(reader.crjson())
        except self._c2pa.C2paError.ManifestNotFound:
            return None
        except Exception as fault:
            if str(fault).startswith("Remote:"):  # it asks to fetch the manifest that the XMP names
                return None
            raise ReadError(described(fault)) from fault
        return Report(store, details, self._checked_with)


@cache
def official_validator() -> Validator:
    """The one with the official lists. Raises ReadError where the library cannot be loaded."""
    return Validator(official_lists())


def official_lists() -> TrustLists:
    folder = resources.files("provenance.examine.credentials") / "trust"
    signers = (folder / f"C2PA-TRUST-LIST-{LISTS_OF}.pem").read_text("utf-8")
    time_stamps = (folder / f"C2PA-TSA-TRUST-LIST-{LISTS_OF}.pem").read_text("utf-8")
    return TrustLists(signers, time_stamps, f"trust list of {LISTS_OF}")


def _loaded() -> Any:
    """The module. It looks for its native library in the working directory first, which may be a stranger's photos."""
    spec = find_spec("c2pa")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("no module c2pa")
    with contextlib.chdir(spec.submodule_search_locations[0]):
        return import_module("c2pa")


def _settings(lists: TrustLists) -> dict[str, Any]:
    """Settings of c2pa-rs 0.91: no network in three ways, and each list by its kind and a name.

    The library pools both lists and names the first that matches, in no fixed order (6 and 6 of 12 runs). So
    a certificate on both goes in once, as a signer's, and only what the report says stands on SIGNERS is trusted.
    """
    certificates = _CERTIFICATE.findall(lists.signers)
    others = [certificate for certificate in _CERTIFICATE.findall(lists.time_stamps) if certificate not in certificates]
    anchors = [
        {"trust_anchors": "\n".join(pem), "trust_kind": kind, "trust_uri": name}
        for pem, kind, name in ((certificates, "manifest", SIGNERS), (others, "tsa", _TIME_STAMPS))
        if pem
    ]
    return {
        "version": 1,
        "core": {"allowed_network_hosts": [], "decode_identity_assertions": False},
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
        "trust": {"anchors": anchors},
    }
