"""Content credentials: pictures signed here, by certificates made here, then left alone, damaged or lied about."""

import io
import json
import shutil
import subprocess
import sys
import sysconfig
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.errors import ReadError
from provenance.examine.credentials import library as credentials_library
from provenance.examine.credentials import read_credentials
from provenance.examine.credentials.explained import STORE, unprotected
from provenance.examine.credentials.library import (
    MIME_TYPES,
    SIGNERS,
    Report,
    TrustLists,
    Validator,
    official_lists,
    official_validator,
)
from provenance.examine.credentials.report import credentials_of
from provenance.examine.messages import Examined, accepted
from provenance.examine.metadata.containers import walk
from provenance.examine.metadata.containers.block import Block, Blocks
from provenance.examine.worker import InProcess, WorkerPool
from provenance.model.credentials import (
    MAX_ACTIONS,
    MAX_DEPTH,
    MAX_EXPLAINS,
    MAX_INGREDIENTS,
    MAX_PROBLEMS,
    MAX_TEXT,
    Action,
    Credentials,
    Ingredient,
    Problem,
)
from provenance.model.findings import Findings
from provenance.model.image import ImageFacts
from tests import container_bytes, exif_bytes, pictures

c2pa: Any = pytest.importorskip("c2pa")

CAPTURED = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
CREATED = {"action": "c2pa.created", "digitalSourceType": CAPTURED}
NOW = datetime.now(UTC)


def certificate(name: str, key: Any, issuer: x509.Name | None, issuer_key: Any) -> x509.Certificate:
    attributes = ((NameOID.ORGANIZATION_NAME, "Newsroom"), (NameOID.COMMON_NAME, name))
    subject = x509.Name([x509.NameAttribute(kind, value) for kind, value in attributes])
    ca = issuer is None
    usage = x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False)
    builder = (
        x509.CertificateBuilder(issuer or subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not ca:
        use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(use, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


class Signer:
    """A photographer with a certificate from an authority of their own."""

    def __init__(self) -> None:
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root = certificate("A Root", root_key, None, root_key)
        own = certificate("A. Photographer", key, root.subject, root_key)
        self.root = root.public_bytes(Encoding.PEM).decode()
        self._chain = own.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM)
        self._key = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(
        self,
        data: bytes,
        format_: str = "jpeg",
        *,
        actions: list[dict[str, Any]] | None = None,
        made_from: tuple[tuple[str, str, bytes], ...] = (),  # title, relationship, JPEG
        url: str | None = None,
        embed: bool = True,
    ) -> bytes:
        manifest = {
            "claim_generator_info": [{"name": "Darkroom", "version": "2"}],
            "title": "picture",
            "assertions": [{"label": "c2pa.actions", "data": {"actions": actions or [CREATED]}}],
        }
        quiet = {"builder": {"thumbnail": {"enabled": False}}, "verify": {"verify_after_sign": False}}
        signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es256", self._chain, self._key, None))
        out = io.BytesIO()
        with c2pa.Context.from_dict(quiet) as context, c2pa.Builder(manifest, context) as builder:
            if url:
                builder.set_remote_url(url)
            if not embed:
                builder.set_no_embed()
            for nth, (title, relationship, ingredient) in enumerate(made_from):
                stated = {"title": title, "relationship": relationship, "label": f"i{nth}"}
                builder.add_ingredient(stated, "image/jpeg", io.BytesIO(ingredient))
            builder.sign(signer, MIME_TYPES[format_], io.BytesIO(data), out)
        return out.getvalue()


@cache
def signer() -> Signer:
    return Signer()


@cache
def unsigned() -> bytes:
    return pictures.jpeg(size=(96, 64), taken="2024:11:14 10:22:33")


@cache
def signed() -> bytes:
    return signer().sign(unsigned())


@cache
def listing(signers: str, time_stamps: str = "") -> Validator:
    return Validator(TrustLists(signers, time_stamps, "a test list"))


def read(data: bytes, format_: str = "jpeg", *, validator: Validator | None = None) -> Credentials | None:
    return read_credentials(data, format_, walk(data, format_), validator=lambda: validator or listing(signer().root))


def checked(data: bytes, format_: str = "jpeg", *, validator: Validator | None = None) -> Credentials:
    found = read(data, format_, validator=validator)
    assert found is not None
    return found


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


PICTURES: dict[str, Callable[[], bytes]] = {
    "jpeg": pictures.jpeg,
    "png": pictures.png,
    "webp": pictures.webp,
    "gif": pictures.gif,
    "tiff": pictures.tiff,
    "avif": pictures.avif,
    "heif": pictures.heic,
}


@pytest.mark.parametrize("format_", PICTURES)
def test_a_signed_picture_of_each_format_is_trusted_as_signed_and_invalid_once_changed(format_: str) -> None:
    data = signer().sign(PICTURES[format_](), format_)
    found = checked(data, format_)
    assert (found.state, codes(found.problems)) == ("trusted", [])
    assert (found.signer, found.issuer) == ("A. Photographer (Newsroom)", "A Root (Newsroom)")
    assert (found.title, found.claim_generator, found.signed_at) == ("picture", "Darkroom 2", None)
    assert found.checked_with == f"c2pa-rs {c2pa.sdk_version()}, a test list"
    assert "not whether it is true" in found.explains
    assert "does not cover" not in found.explains
    at = len(data) // 2 if STORE not in data[: len(data) // 2] else len(data) - 40
    changed = checked(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], format_)
    assert changed.state == "invalid"
    assert any(code.endswith("Hash.mismatch") for code in codes(changed.problems))
    assert "not the one that was signed" in changed.explains


def test_a_signer_who_is_not_on_the_list_is_valid_and_said_to_prove_no_name() -> None:
    found = checked(signed(), validator=listing(Signer().root))
    assert (found.state, codes(found.problems)) == ("valid", ["signingCredential.untrusted"])
    assert "anybody can make a certificate" in found.explains


def test_the_list_for_time_stamps_makes_no_signer_trusted() -> None:
    """The library pools both lists."""
    assert checked(signed(), validator=listing(Signer().root, signer().root)).state == "valid"


def test_an_authority_on_both_lists_is_trusted_every_time() -> None:
    """The library names the list that matches first, in an order that differs from run to run."""
    root, other = signer().root, Signer().root
    for _ in range(12):
        both = Validator(TrustLists(root + other, other + root, "a test list"))
        assert checked(signed(), validator=both).state == "trusted"


def test_a_changed_assertion_is_invalid() -> None:
    found = checked(signed().replace(b"digitalCapture", b"digitalCapturE"))
    assert (found.state, codes(found.problems)) == ("invalid", ["assertion.hashedURI.mismatch"])


def test_actions_are_kept_with_software_time_and_source_type() -> None:
    actions: list[dict[str, Any]] = [
        {
            "action": "c2pa.created",
            "digitalSourceType": GENERATED,
            "when": "2024-01-01T00:00:00Z",
            "softwareAgent": {"name": "Painter", "version": "3"},
        },
        {"action": "c2pa.resized"},
    ]
    assert checked(signer().sign(unsigned(), actions=actions)).actions == (
        Action("c2pa.created", "2024-01-01T00:00:00Z", "Painter 3", "trainedAlgorithmicMedia"),
        Action("c2pa.resized", "", "", ""),
    )


OPENED = [{"action": "c2pa.opened", "parameters": {"ingredientIds": ["i0"]}}]


def test_ingredients_are_walked_with_depth_and_their_own_problems() -> None:
    changed = signed()[:-60] + bytes([signed()[-60] ^ 1]) + signed()[-59:]
    second = signer().sign(unsigned(), actions=OPENED, made_from=(("first.jpg", "parentOf", changed),))
    parts = (("second.jpg", "parentOf", second), ("plain.jpg", "componentOf", unsigned()))
    found = checked(signer().sign(unsigned(), actions=OPENED, made_from=parts))
    assert found.state == "trusted"
    assert [(i.depth, i.title, i.relationship, i.has_manifest) for i in found.ingredients] == [
        (0, "second.jpg", "parentOf", True),
        (1, "first.jpg", "parentOf", True),
        (0, "plain.jpg", "componentOf", False),
    ]
    first = found.ingredients[1]
    assert "assertion.dataHash.mismatch" in codes(first.problems)
    assert {problem.about for problem in first.problems} == {"first.jpg"}
    assert found.ingredients[0].problems == ()  # whoever took it in had no list; this one knows its signer
    assert "1 of its ingredients had failures of their own, first first.jpg" in found.explains


@pytest.mark.parametrize("format_", ["jpeg", "png", "webp"])
def test_a_remote_manifest_is_reported_and_not_fetched(format_: str) -> None:
    url = "https://example.org/manifests/1?a=b&c=d"
    found = checked(signer().sign(PICTURES[format_](), format_, url=url, embed=False), format_)
    assert (found.state, found.remote_url, found.signer, found.checked_with) == ("remote", url, None, "")
    assert "not fetched" in found.explains


def test_a_remote_manifest_is_reported_where_the_library_asks_to_fetch_it() -> None:
    """It is called because bytes of a manifest lie behind the picture."""
    data = signer().sign(unsigned(), url="https://example.org/m", embed=False) + STORE
    assert checked(data).state == "remote"


def test_a_manifest_that_is_here_as_well_is_checked_and_its_address_kept() -> None:
    found = checked(signer().sign(unsigned(), url="https://example.org/m"))
    assert (found.state, found.remote_url) == ("trusted", "https://example.org/m")


def test_an_address_in_an_element_under_another_prefix_is_found() -> None:
    packet = b'<a xmlns:t="http://purl.org/dc/terms/"><t:provenance>https://example.org/?a=1&amp;b=2</t:provenance></a>'
    assert checked(container_bytes.xmp_jpeg(packet)).remote_url == "https://example.org/?a=1&b=2"


def test_a_manifest_that_was_cut_out_leaves_a_gap_where_the_xmp_still_names_it() -> None:
    packet = b'<a xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="self#jumbf=c2pa/x"/>'
    with pytest.raises(ReadError, match="the XMP names a C2PA manifest in this file"):
        read(container_bytes.xmp_jpeg(packet))


@pytest.mark.parametrize(
    ("attributes", "url"),
    [
        ('xmlns:a="http://purl.org/dc/terms/" xmlns:b="u:b" b:provenance="u:other" a:provenance = "u:m"', "u:m"),
        ('xmlns:a="http://purl.org/dc/terms/" xmlns:b="u:b" b:provenance="u:other"', None),
        ('xmlns:b="u:b" b:provenance="http://purl.org/dc/terms/"', None),
    ],
)
def test_only_a_provenance_of_the_dublin_core_terms_names_a_manifest(attributes: str, url: str | None) -> None:
    found = read(container_bytes.xmp_jpeg(f"<a {attributes}/>".encode()))
    assert (found and found.remote_url) == url


def test_a_provenance_is_read_from_an_element_too() -> None:
    packet = b'<a xmlns:t="http://purl.org/dc/terms/"><t:provenance>https://example.org/m</t:provenance></a>'
    assert checked(container_bytes.xmp_jpeg(packet)).remote_url == "https://example.org/m"


@pytest.mark.parametrize("format_", ["jpeg", "bmp", "cr2"])
def test_a_manifest_that_the_format_does_not_use_leaves_a_gap(format_: str) -> None:
    begins = unsigned() if format_ == "jpeg" else pictures.bmp()
    with pytest.raises(ReadError, match=f"bytes of a C2PA manifest at byte {len(begins)}, which the {format_} file"):
        read(begins + STORE, format_)


def missing() -> Validator:
    raise ReadError("c2pa-python does not load")


def test_without_the_library_only_files_with_a_manifest_have_a_gap() -> None:
    assert read_credentials(unsigned(), "jpeg", walk(unsigned(), "jpeg"), validator=missing) is None
    with pytest.raises(ReadError, match="does not load"):
        read_credentials(signed(), "jpeg", walk(signed(), "jpeg"), validator=missing)


def test_a_library_that_is_not_there_or_breaks_is_a_read_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials_library, "find_spec", lambda _: None)
    with pytest.raises(ReadError, match="c2pa-python does not load: ImportError: no module c2pa"):
        Validator(official_lists())


def test_no_native_library_is_loaded_from_the_folder_of_the_photos(tmp_path: Path) -> None:
    """The binding looks there first. Another library stands in for a hostile one: the binding would refuse it."""
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    native = Path(msgspec.__file__).parent / f"_core{suffix}"
    for name in ("libc2pa_c.so", "libc2pa_c.dylib", "c2pa_c.dll"):
        shutil.copy(native, tmp_path / name)
    code = "from provenance.examine.credentials.library import official_validator; official_validator()"
    path = {"PYTHONPATH": str(Path(__file__).parent.parent)}
    run = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, env=path, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()[-300:]


def test_the_official_lists_are_whole_and_load() -> None:
    lists = official_lists()
    assert lists.signers.count("BEGIN CERTIFICATE") == 30
    assert lists.time_stamps.count("BEGIN CERTIFICATE") == 22
    assert checked(signed(), validator=official_validator()).state == "valid"


def test_a_locked_worker_finds_what_an_open_process_finds() -> None:
    files = {"a.jpg": signed(), "b.heic": signer().sign(pictures.heic(), "heif"), "c.jpg": signed()[:-60] + bytes(60)}
    with WorkerPool(workers=1) as pool:
        for name, data in files.items():
            found = pool.examine(data, name, quick=True)
            assert found.credentials is not None
            assert [gap for gap in found.gaps if gap.step == "c2pa"] == []
            assert found.credentials == InProcess().examine(data, name, quick=True).credentials
            assert found.credentials.state == ("invalid" if name == "c.jpg" else "valid")


# Damage.


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_flipped_byte_gives_credentials_a_gap_or_nothing(data: st.DataObject) -> None:
    """Within the manifest some bytes are covered by no hash (padding, the chain); outside of it all are."""
    whole = signed()
    begins = whole.find(STORE)
    length = next(len(block.data) for block in walk(whole, "jpeg").items if block.kind == "jumbf")
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= data.draw(st.integers(1, 255))
    try:
        found = read(bytes(changed))
    except ReadError:
        return
    if not begins - 40 <= at < begins + length:
        assert found is None or found.state == "invalid"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 10**9), st.binary(max_size=12))
def test_cuts_and_insertions_give_credentials_a_gap_or_nothing(first: int, second: int, between: bytes) -> None:
    whole = signed()
    first, second = first % len(whole), second % len(whole)
    changed = whole[:first] + between + whole[second:]
    try:
        found = read(changed)
    except ReadError:
        return
    assert found is None or found.state == "invalid" or changed == whole


# Reports that no signer of ours can make.


def report(store: Any, details: Any = None) -> Credentials:
    return credentials_of(Report(store, details or {}, "a library"), b"", Blocks(), None)


@cache
def true_report() -> Report:
    found = listing(signer().root).report(signed(), "jpeg")
    assert found is not None
    return found


def altered(**changes: Any) -> dict[str, Any]:
    """The library's store of `signed`, with other codes or fields of the active manifest."""
    store: dict[str, Any] = json.loads(json.dumps(true_report().store))
    manifest = store["manifests"][store["active_manifest"]]
    for key, value in changes.items():
        if key in ("success", "informational", "failure"):
            store["validation_results"]["activeManifest"][key] += [{"code": code} for code in value]
        else:
            manifest[key] = value
    return store


STAMP = {
    "signature": {
        "timeStampInfo": {"certificateInfo": {"subject": {"CN": "Stamps", "O": "Authority"}}},
    },
}


@pytest.mark.parametrize(
    ("version", "success", "informational", "signed_at", "listed"),
    [
        (2, ["timeStamp.validated", "timeStamp.trusted"], [], "2023-01-24T14:48:56Z", True),
        (1, ["timeStamp.validated", "timeStamp.trusted"], [], "2023-01-24T14:48:56Z", False),
        (2, ["timeStamp.validated"], ["timeStamp.untrusted"], None, False),
        (2, [], ["timeStamp.malformed"], None, False),
        (2, ["timeStamp.validated", "timeStamp.trusted"], ["timeStamp.mismatch"], None, False),
        (2, [], [], None, False),
    ],
)
def test_a_time_is_told_only_where_its_stamp_was_validated(
    version: int, success: list[str], informational: list[str], signed_at: str | None, listed: bool
) -> None:
    signature = {"time": "2023-01-24T15:48:56+01:00"}
    store = altered(claim_version=version, success=success, informational=informational, signature_info=signature)
    found = report(store, {"manifests": [{"label": store["active_manifest"], **STAMP}]})
    assert (found.signed_at, found.time_authority_listed) == (signed_at, listed)
    assert found.time_authority == ("Stamps (Authority)" if signed_at else None)
    assert ("anybody can run one" in found.explains) == (signed_at is not None and not listed)
    assert codes(found.problems) == informational


@pytest.mark.parametrize("time", [None, 7, "yesterday", "2023-01-24T15:48:56", "9999-12-31T23:59:59-12:00"])
def test_a_time_that_is_none_is_not_told(time: Any) -> None:
    assert report(altered(success=["timeStamp.validated"], signature_info={"time": time})).signed_at is None


@pytest.mark.parametrize("code", ["assertion.dataHash.mismatch", "something.new", ""])
def test_any_failure_but_an_unknown_signer_is_invalid_whatever_the_library_concludes(code: str) -> None:
    assert report(altered()).state == "trusted"
    assert report(altered(failure=[code])).state == "invalid"


def test_an_expired_certificate_is_said_to_need_a_time_stamp() -> None:
    found = report(altered(failure=["signingCredential.expired"]))
    assert (found.state, codes(found.problems)) == ("invalid", ["signingCredential.expired"])
    assert "No accepted time stamp" in found.explains


def test_a_failure_found_now_in_an_ingredient_is_invalid_and_names_it() -> None:
    store = altered(ingredients=[{"title": "part.jpg", "label": "c2pa.ingredient", "active_manifest": "x"}])
    uri = f"self#jumbf=/c2pa/{store['active_manifest']}/c2pa.assertions/c2pa.ingredient"
    failure = [{"code": "assertion.hashedURI.mismatch", "explanation": "differs"}]
    delta = {"ingredientAssertionURI": uri, "validationDeltas": {"failure": failure}}
    store["validation_results"]["ingredientDeltas"] = [delta]
    found = report(store)
    problem = Problem("assertion.hashedURI.mismatch", "differs", "part.jpg")
    assert (found.state, found.problems, found.ingredients[0].problems) == ("invalid", (problem,), (problem,))


def test_only_a_state_that_the_library_says_and_its_list_supports_is_trusted() -> None:
    store = altered()
    assert report({**store, "validation_state": "Invalid"}).state == "invalid"
    assert report({**store, "validation_state": "Valid"}).state == "valid"
    assert report({**store, "validation_state": None}).state == "invalid"
    elsewhere = {**store["validation_results"], "trustListUri": SIGNERS + "x"}
    assert report({**store, "validation_results": elsewhere}).state == "valid"


def test_ingredients_in_a_circle_or_without_end_are_bounded() -> None:
    circle = [{"title": "a", "active_manifest": "x"}] * 3
    store = {"active_manifest": "x", "manifests": {"x": {"ingredients": circle}}}
    assert len(report(store).ingredients) == 3
    chain = {str(n): {"ingredients": [{"title": f"t{n}", "active_manifest": str(n + 1)}]} for n in range(1000)}
    deep = report({"active_manifest": "0", "manifests": chain})
    assert [each.depth for each in deep.ingredients] == list(range(MAX_DEPTH + 1))
    assert "more ingredients than" in deep.explains
    wrong = [{"code": f"{n}" * 500, "explanation": "ж" * 5000} for n in range(50)]
    many = [{"title": "t" * 5000, "relationship": "r" * 5000, "validation_status": wrong}] * 5000
    acts = {
        "label": "c2pa.actions",
        "data": {"actions": [{"action": "ж" * 5000, "digitalSourceType": "/ж" * 5000}] * 5000},
    }
    wide = report({"active_manifest": "x", "manifests": {"x": {"ingredients": many, "assertions": [acts]}}})
    assert (len(wide.ingredients), len(wide.actions)) == (MAX_INGREDIENTS, MAX_ACTIONS)
    assert "more ingredients than" in wide.explains
    assert len(msgspec.msgpack.encode(wide)) < 1 << 19
    assert_accepted(wide)


def test_a_hash_that_leaves_out_more_than_the_manifest_is_said_with_what_it_leaves_out() -> None:
    """As signed by cameras whose manifests name a stretch with the EXIF block in it, refused since c2pa-rs 0.91."""
    data = container_bytes.exif_jpeg(exif_bytes.tiff({0x010F: "Canon"}))
    (exif,) = walk(data, "jpeg").items
    end = exif.offset + len(exif.data)
    rest = b64encode(sha256(data[end:]).digest()).decode()
    left_out = {"exclusions": [{"start": 0, "length": end}], "alg": "sha256", "hash": f"b64'{rest}'"}
    store = altered(failure=["assertion.dataHash.mismatch"])
    details = {"manifests": [{"label": store["active_manifest"], "assertions": {"c2pa.hash.data": left_out}}]}
    found = credentials_of(Report(store, details, ""), data, walk(data, "jpeg"), None)
    assert "All bytes outside the part that the signature leaves out are as signed" in found.explains
    assert f"does not cover (bytes 0-{end - 1}) exif (at byte {exif.offset}" in found.explains
    changed = credentials_of(Report(store, details, ""), data[:-1] + b"x", walk(data, "jpeg"), None)
    assert "not the one that was signed" in changed.explains


def test_a_stretch_without_the_manifest_that_a_hash_leaves_out_is_said() -> None:
    data = unsigned() + STORE
    exclusions = [{"start": len(unsigned()), "length": 16}, {"start": 400, "length": 20}, {"start": 9, "length": 10**9}]
    left_out = unprotected({"c2pa.hash.data": {"exclusions": exclusions}}, data, Blocks())
    assert left_out.parts == ("bytes 400-419",)


def test_boxes_that_a_hash_over_boxes_leaves_out_are_said() -> None:
    boxes = [{"xpath": "/ftyp"}, {"xpath": "/meta"}, {"xpath": "/uuid"}]
    store = altered()
    details = {
        "manifests": [{"label": store["active_manifest"], "assertions": {"c2pa.hash.bmff.v3": {"exclusions": boxes}}}]
    }
    assert "does not cover /meta, /uuid:" in report(store, details).explains


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_reports_of_any_shape_become_credentials_that_may_cross_the_wall(data: st.DataObject) -> None:
    store, details = json.loads(json.dumps([true_report().store, true_report().details]))
    for _ in range(data.draw(st.integers(1, 4))):
        where: Any = data.draw(st.sampled_from([store, details]))
        for _ in range(data.draw(st.integers(0, 6))):
            deeper = [*(where.values() if isinstance(where, dict) else where)]
            deeper = [each for each in deeper if isinstance(each, dict | list) and each]
            if not deeper:
                break
            where = data.draw(st.sampled_from(deeper))
        key = data.draw(st.sampled_from(list(where) if isinstance(where, dict) else range(len(where))))
        where[key] = data.draw(anything)
    found = credentials_of(Report(store, details, "a library"), signed(), walk(signed(), "jpeg"), None)
    assert_accepted(found)


# The wall.

DATA = b"a photo"


def findings(credentials: Credentials) -> Findings:
    return Findings(ImageFacts(sha256(DATA).hexdigest(), "x", "jpeg", 4, 3, 7, 1), credentials=credentials)


def assert_accepted(credentials: Credentials) -> None:
    assert accepted(findings(credentials), DATA, "x").credentials == credentials


HONEST = Credentials("valid", "A", "B", "2024-01-01T00:00:00Z", ingredients=(Ingredient("t", "parentOf", True),))


@pytest.mark.parametrize(
    ("lie", "problem"),
    [
        ({"signer": "x" * (MAX_TEXT + 1)}, "a text of credentials over its limit"),
        ({"explains": "x" * (MAX_EXPLAINS + 1)}, "a text of credentials over its limit"),
        ({"remote_url": "x" * (MAX_EXPLAINS + 1)}, "a text of credentials over its limit"),
        ({"actions": (Action("x" * (MAX_TEXT + 1), "", "", ""),)}, "a text of credentials over its limit"),
        ({"actions": (Action("", "", "", ""),) * (MAX_ACTIONS + 1)}, "101 actions of credentials, limit 100"),
        ({"ingredients": HONEST.ingredients * (MAX_INGREDIENTS + 1)}, "101 ingredients of credentials, limit 100"),
        ({"ingredients": (Ingredient("", "", has_manifest=False, depth=17),)}, "more than 16 deep"),
        ({"ingredients": (Ingredient("x" * 201, "", has_manifest=False),)}, "a text of credentials over its limit"),
        ({"problems": (Problem("a", "", ""),) * (MAX_PROBLEMS + 1)}, "151 problems of credentials, limit 150"),
        ({"problems": (Problem("a", "x" * 201, ""),)}, "a text of credentials over its limit"),
        ({"signed_at": "yesterday"}, "is not a time"),
        ({"signed_at": "2024-01-01T00:00:00"}, "without a zone"),
    ],
)
def test_credentials_beyond_their_bounds_do_not_cross_the_wall(lie: dict[str, Any], problem: str) -> None:
    assert_accepted(HONEST)
    with pytest.raises(ValueError, match=problem):
        accepted(findings(replace(HONEST, **lie)), DATA, "x")


def test_a_state_that_is_none_does_not_cross_the_wall() -> None:
    body = msgspec.msgpack.encode(Examined(findings(HONEST)))
    assert msgspec.msgpack.decode(body, type=Examined).findings.credentials == HONEST
    with pytest.raises(msgspec.ValidationError, match="Invalid enum value 'sound'"):
        msgspec.msgpack.decode(body.replace(b"\xa5valid", b"\xa5sound"), type=Examined)


def test_a_block_of_a_damaged_store_leaves_a_gap() -> None:
    with pytest.raises(ReadError, match="at byte 7"):
        read_credentials(
            unsigned(),
            "jpeg",
            Blocks((Block("jumbf", b"\0\0\0\x20jumb\0\0\0\x18jumdc2p\0", 5, ""), Block("jumbf", b"..c2pa", 7, ""))),
            validator=lambda: listing(signer().root),
        )
