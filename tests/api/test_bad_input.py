"""Bad input gets a clear problem with the value and the bound; the service goes on."""

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from provenance.desk import Desk
from provenance.errors import StorageError
from provenance.examine.worker import InProcess
from provenance.settings import Settings
from provenance.toolkit import Toolkit
from tests.pictures import jpeg

JSON = {"Content-Type": "application/json"}


def problem(answer: object) -> dict[str, object]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail"}
    assert body["status"] == answer.status_code
    return body


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"", 422), (b"%PDF-1.7 not a picture", 415), (b"<svg xmlns='x'/>", 415), (jpeg()[:40], 422), (jpeg()[:2], 415)],
    ids=["empty", "pdf", "svg", "cut in its header", "two bytes"],
)
def test_what_is_no_picture_is_refused(client: TestClient, data: bytes, status: int) -> None:
    answer = client.post("/v1/checks", files={"file": ("x.jpg", data)})
    assert problem(answer)["status"] == status
    assert client.post("/v1/checks", content=jpeg()).status_code == 200


def test_a_picture_over_the_byte_limit_is_413_with_value_and_bound(desk: Desk) -> None:
    settings = replace(desk.toolkit.settings, max_bytes=1000)
    with TestClient(create_app(Desk(Toolkit(settings, examiner=InProcess()))), base_url="http://localhost") as client:
        for answer in (
            client.post("/v1/checks", content=jpeg()),
            client.post("/v1/checks", files={"file": ("x.jpg", jpeg())}),
        ):
            body = problem(answer)
            assert answer.status_code == 413
            assert "limit 1000" in str(body["detail"])


def test_a_declared_length_over_the_limit_is_refused_unread(client: TestClient) -> None:
    answer = client.post("/v1/checks", content=b"x", headers={"Content-Length": str(10**12)})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\win.jpg", "a\x00.jpg", "evil\u202egpj.exe", ".", "", "x" * 5000, "<b>.jpg"]
)
def test_a_hostile_name_is_only_data(client: TestClient, name: str) -> None:
    answer = client.post("/v1/checks", content=jpeg(), params={"name": name})
    assert answer.status_code == 200
    shown = answer.json()["image"]["name"]
    assert "/" not in shown
    assert "\\" not in shown.replace("\\x", "").replace("\\u", "")
    assert shown.isprintable()
    assert 0 < len(shown) <= 255


def test_a_very_long_name_in_a_form_is_cut_not_refused(client: TestClient) -> None:
    answer = client.post("/v1/checks", files={"file": ("x" * 5000 + ".jpg", jpeg())})
    assert len(answer.json()["image"]["name"]) <= 255


def test_a_wrong_extension_is_read_all_the_same(client: TestClient) -> None:
    answer = client.post("/v1/checks", files={"file": ("document.pdf", jpeg(), "application/pdf")})
    assert answer.json()["image"]["format"] == "jpeg"


@pytest.mark.parametrize(
    ("method", "path", "kwargs"),
    [
        ("post", "/v1/checks", {"files": {"picture": ("x.jpg", b"x")}}),
        ("post", "/v1/checks", {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}}),
        ("post", "/v1/checks", {"content": b"x", "params": {"quick": "perhaps"}}),
        ("post", "/v1/checks", {"content": jpeg(), "params": {"posted_at": "yesterday"}}),
        ("post", "/v1/checks", {"files": {"file": ("x.jpg", jpeg())}, "data": {"caption": "x" * 70_000}}),
        ("post", "/v1/compare", {"content": b"x"}),
        ("post", "/v1/sightings", {"json": {"image_id": "0" * 64}}),
        ("post", "/v1/sightings", {"content": b'{"image_id": "0", "caption": "\\ud800"}', "headers": JSON}),
        ("post", "/v1/toponyms", {"content": b"{"}),
        ("get", "/v1/sightings", {"params": {"limit": 0}}),
        ("get", "/v1/sightings", {"params": {"cursor": "nonsense"}}),
        ("get", "/v1/sightings", {"params": {"near": "95,200"}}),
        ("get", "/v1/sightings", {"params": {"radius_km": 5}}),
        ("get", "/v1/sightings", {"params": {"image": "../x"}}),
        ("get", "/v1/places", {}),
        ("get", "/v1/places", {"params": {"near": "Omsk"}}),
    ],
)
def test_malformed_requests_are_400(client: TestClient, method: str, path: str, kwargs: dict[str, object]) -> None:
    answer = client.request(method, path, **kwargs)
    assert answer.status_code == 400, answer.text
    problem(answer)


def test_without_keys_only_loopback_names_answer(client: TestClient) -> None:
    assert client.get("/v1/lines", headers={"Host": "evil.example"}).status_code == 403
    assert client.get("/v1/lines", headers={"Host": "127.0.0.1:8000"}).status_code == 200


def test_a_page_of_another_site_is_refused(client: TestClient) -> None:
    assert client.get("/v1/lines", headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.get("/v1/lines", headers={"Origin": "http://localhost"}).status_code == 200


def test_where_keys_are_set_one_is_needed(desk: Desk) -> None:
    settings = replace(desk.toolkit.settings, api_keys=("correct horse",))
    with TestClient(create_app(Desk(Toolkit(settings, examiner=InProcess())))) as client:
        refused = client.get("/v1/lines")
        assert refused.status_code == 401
        problem(refused)
        assert client.get("/v1/lines", headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert client.get("/v1/lines", headers={"Authorization": "Bearer correct horse"}).status_code == 200
        assert client.get("/health/live").status_code == 200


def test_storage_that_fails_is_503_with_a_time_to_try_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr(Desk, "known", broken)
    answer = client.get("/v1/images/" + "0" * 64)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_a_fault_of_ours_is_a_problem_without_its_insides(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(Desk, "known", broken)
    answer = client.get("/v1/images/" + "0" * 64)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    problem(answer)


def test_too_many_uploads_at_once_are_told_to_come_back(client: TestClient) -> None:
    gate = client.app.state.gate
    gate._most = 0
    answer = client.post("/v1/checks", content=jpeg())
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_every_answer_forbids_sniffing_framing_and_caching(client: TestClient) -> None:
    for path in ("/v1/lines", "/docs", "/v1/nothing"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"


def test_a_boundary_no_parser_takes_is_malformed(client: TestClient) -> None:
    header = {"Content-Type": f"multipart/form-data; boundary={'x' * 300}"}
    assert client.post("/v1/checks", content=b"--x", headers=header).status_code == 400


def test_two_files_of_one_name_are_refused_not_chosen_from(client: TestClient) -> None:
    files = [("file", ("a.jpg", jpeg(3))), ("file", ("b.jpg", jpeg(4)))]
    assert "two files" in problem(client.post("/v1/checks", files=files))["detail"]


def test_an_origin_that_is_none_is_another_origin(client: TestClient) -> None:
    for origin in ("http://[", "null", "http://localhost.evil.example"):
        assert client.get("/v1/lines", headers={"Origin": origin}).status_code == 403


def test_any_loopback_address_is_a_name_of_this_machine(client: TestClient) -> None:
    for host in ("127.0.0.2", "[::1]:8000", "localhost:1"):
        assert client.get("/health/live", headers={"Host": host}).status_code == 200


def test_the_key_is_asked_for_before_anything_of_the_body_is_read(desk: Desk) -> None:
    settings = replace(desk.toolkit.settings, api_keys=("ключ",))
    with TestClient(create_app(Desk(Toolkit(settings, examiner=InProcess())))) as client:
        assert client.post("/v1/toponyms", content=b"{", headers=JSON).status_code == 401
        assert client.get("/v1/lines", headers={"Authorization": "Basic ключ".encode()}).status_code == 401
        assert client.get("/v1/lines", headers={"Authorization": "bearer ключ".encode()}).status_code == 200


def chunks(total: int) -> object:
    return (b" " * 65536 for _ in range(total // 65536))


def test_a_body_without_a_length_is_cut_off_at_its_limit(client: TestClient) -> None:
    answer = client.post("/v1/toponyms", content=chunks(1 << 20), headers=JSON)  # type: ignore[arg-type]
    assert problem(answer)["status"] == 413
    settings = replace(client.app.state.desk.toolkit.settings, max_bytes=100_000)  # type: ignore[attr-defined]
    with TestClient(create_app(Desk(Toolkit(settings, examiner=InProcess()))), base_url="http://localhost") as small:
        for content_type in ("image/jpeg", "multipart/form-data; boundary=x"):
            answer = small.post("/v1/checks", content=chunks(3 << 20), headers={"Content-Type": content_type})
            assert problem(answer)["status"] == 413, content_type


def test_a_ledger_that_cannot_be_made_stays_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    settings = Settings(ledger=f"sqlite:///{tmp_path / 'file' / 'ledger.db'}")
    with TestClient(create_app(Desk(Toolkit(settings, examiner=InProcess()))), base_url="http://localhost") as client:
        for _ in range(2):
            assert client.get("/v1/sightings").status_code == 200  # nothing is there, so nothing is found
            assert client.post("/v1/images", content=jpeg()).status_code == 503


def test_of_a_caption_of_many_places_twenty_are_weighed_and_the_rest_is_a_gap(
    client: TestClient,
) -> None:
    names = "Krasnoyarsk Omsk Paris London Tokyo Lima Cairo Oslo Rome Berlin Madrid Kyiv Minsk Warsaw Vienna Prague"
    names += " Athens Lisbon Dublin Brussels Seoul Beijing Delhi"
    caption = ". ".join(f"In {name}" for name in names.split() * 50)
    dossier = client.post("/v1/checks", files={"file": ("x.jpg", jpeg())}, data={"caption": caption}).json()
    assert len(dossier["candidates"]) == 20
    assert any(gap["step"] == "caption" and "names 23 places" in gap["reason"] for gap in dossier["gaps"])


def test_a_fault_is_as_guarded_as_any_answer(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Desk, "known", lambda *_: 1 / 0)
    assert client.get("/v1/images/" + "0" * 64).headers["X-Content-Type-Options"] == "nosniff"
