"""The routes of the contract: what they answer, and that they answer what the command line answers."""

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from provenance.desk import Desk
from provenance.report import json as as_written
from tests.pictures import jpeg

PHOTO = jpeg(3, gps=(56.0061, 92.8328), taken="2024:11:14 10:22:33")


def add(client: TestClient, data: bytes = PHOTO, **said: str) -> dict[str, object]:
    answer = client.post("/v1/images", files={"file": ("photo.jpg", data)}, data=said)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def test_a_check_equals_the_librarys_dossier(client: TestClient, desk: Desk, tmp_path: Path) -> None:
    add(client, caption="Train in Krasnoyarsk", source="t.me/x", posted_at="2024-11-14")
    file = tmp_path / "q.jpg"
    file.write_bytes(jpeg(3, quality=40))
    over_http = client.post(
        "/v1/checks",
        files={"file": ("q.jpg", file.read_bytes())},
        data={"caption": "Красноярск", "posted_at": "2024-12-01"},
    )
    assert over_http.status_code == 200
    said = desk.check(file, caption="Красноярск", posted_at="2024-12-01")
    assert over_http.json() == json.loads(json.dumps(as_written.dossier(said)))
    assert over_http.json()["matches"][0]["relation"] == "same_picture"


def test_a_raw_body_takes_its_context_from_the_query(client: TestClient) -> None:
    raw = client.post("/v1/checks", content=PHOTO, params={"name": "q.jpg", "caption": "Omsk"})
    form = client.post("/v1/checks", files={"file": ("q.jpg", PHOTO)}, data={"caption": "Omsk"})
    assert raw.json() == form.json()
    assert raw.json()["context"]["caption"] == "Omsk"


def test_a_check_writes_nothing_unless_told_to_remember(client: TestClient, desk: Desk) -> None:
    client.post("/v1/checks", content=PHOTO)
    assert desk.toolkit.ledger.entries() == 0
    client.post("/v1/checks", content=PHOTO, params={"remember": "true"})
    assert desk.toolkit.ledger.entries() == 1


def test_adding_again_is_200_and_adds_nothing(client: TestClient) -> None:
    files = {"file": ("photo.jpg", PHOTO)}
    said = {"url": "https://example.org/1"}
    first, again = (client.post("/v1/images", files=files, data=said) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["added"] is True
    assert again.json()["added"] is False
    assert again.json()["sighting"]["id"] == first.json()["sighting"]["id"]


def test_a_known_picture_has_dossier_matches_and_a_thumbnail_of_ours(client: TestClient) -> None:
    image_id = add(client)["image"]["id"]
    add(client, jpeg(3, quality=30))
    assert client.get(f"/v1/images/{image_id}").json()["names"] == ["photo.jpg"]
    assert client.get(f"/v1/images/{image_id}/dossier").json()["image"]["id"] == image_id
    assert [m["relation"] for m in client.get(f"/v1/images/{image_id}/matches").json()["items"]] == ["same_picture"]
    thumbnail = client.get(f"/v1/images/{image_id}/thumbnail")
    assert thumbnail.headers["content-type"] == "image/jpeg"
    assert thumbnail.content.startswith(b"\xff\xd8")
    assert thumbnail.content != PHOTO


def test_a_deleted_picture_is_gone_and_the_ledger_still_verifies(client: TestClient, desk: Desk) -> None:
    image_id = add(client, caption="x")["image"]["id"]
    assert client.delete(f"/v1/images/{image_id}").status_code == 204
    assert client.get(f"/v1/images/{image_id}").status_code == 404
    assert client.get("/v1/sightings").json()["items"] == []
    verified = desk.toolkit.ledger.verify(originals=True)
    assert verified.intact
    assert verified.erased == 2


def test_sightings_are_found_by_place_time_source_text_and_picture(client: TestClient) -> None:
    image_id = add(client, jpeg(5), caption="Train in Krasnoyarsk", source="t.me/x", posted_at="2024-11-14")["image"][
        "id"
    ]
    add(client, jpeg(6), caption="Bridge in Omsk", source="paper", posted_at="2024-12-20")

    def captions(**query: object) -> list[str]:
        return [s["caption"] for s in client.get("/v1/sightings", params=query).json()["items"]]

    train, bridge = "Train in Krasnoyarsk", "Bridge in Omsk"
    assert captions() == [bridge, train]
    assert captions(near="Красноярск", radius_km=50) == [train]
    assert captions(near="56.0,92.9", radius_km=50) == [train]
    assert captions(line="trans-siberian", from_km=4050, to_km=4150) == [train]
    assert captions(since="2024-12-01") == [bridge]
    assert captions(until="2024-12-01", source="t.me/x") == [train]
    assert captions(text="bridge") == [bridge]
    assert captions(image=image_id) == [train]
    searched = client.post("/v1/sightings/search", files={"file": ("q.jpg", jpeg(5, quality=40))}).json()
    assert [s["caption"] for s in searched["items"]] == [train]


def test_pages_of_sightings_follow_each_other_without_gap(client: TestClient) -> None:
    for n in range(5):
        add(client, jpeg(5), url=f"https://example.org/{n}", posted_at=f"2024-11-1{n}")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = client.get("/v1/sightings", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [s["url"] for s in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [f"https://example.org/{n}" for n in reversed(range(5))]


def test_a_sighting_is_recorded_and_erased(client: TestClient) -> None:
    image_id = add(client)["image"]["id"]
    body = {"image_id": image_id, "url": "https://example.org/9", "claim_place": "Красноярск", "claimant": "an account"}
    recorded = client.post("/v1/sightings", json=body)
    assert recorded.status_code == 201
    assert recorded.json()["claims"][0]["place"]["names"]["en"] == "Krasnoyarsk"
    assert client.post("/v1/sightings", json=body).status_code == 200
    assert client.delete(f"/v1/sightings/{recorded.json()['id']}").status_code == 204
    assert client.delete(f"/v1/sightings/{recorded.json()['id']}").status_code == 404


def test_two_pictures_are_compared(client: TestClient) -> None:
    answer = client.post("/v1/compare", files={"a": ("a.jpg", jpeg(3)), "b": ("b.jpg", jpeg(3, quality=30))}).json()
    assert answer["relation"] == "same_picture"
    assert answer["a"]["name"] == "a.jpg"
    assert set(answer["distances"]) == {"pdq", "phash", "dhash", "whash"}
    other = client.post("/v1/compare", files={"a": ("a.jpg", jpeg(3)), "b": ("b.jpg", jpeg(8))}).json()
    assert other["relation"] == "different"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("image/png", "image/png"),
        ("image/*", "image/png"),
        ("image/avif,image/png,*/*;q=0.8", "image/png"),
        ("application/json, image/png", "application/json"),
        ("image/png;q=0.5, application/json", "application/json"),
        ("image/png;q=0", "application/json"),
        ("image/png;q=nan", "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
    ],
)
def test_a_comparison_is_a_picture_for_who_rather_accepts_one(client: TestClient, accept: str, kind: str) -> None:
    photos = {"a": ("a.jpg", jpeg(3)), "b": ("b.jpg", jpeg(3, quality=30))}
    answer = client.post("/v1/compare", files=photos, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert answer.content.startswith(b"\x89PNG" if kind == "image/png" else b"{")
    assert answer.headers["vary"] == "Accept"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_identical_pictures_lie_on_each_other_and_different_ones_do_not(client: TestClient) -> None:
    def height(b: bytes) -> int:
        photos = {"a": ("a.jpg", jpeg(3)), "b": ("b.jpg", b)}
        answer = client.post("/v1/compare", files=photos, headers={"Accept": "image/png"})
        return int.from_bytes(answer.content[20:24])

    assert height(jpeg(3)) > height(jpeg(8)) + 300


def test_what_cannot_be_drawn_is_said_as_a_problem(client: TestClient) -> None:
    photos = {"a": ("a.jpg", jpeg(3)), "b": ("b.jpg", jpeg(4)[:3000])}
    answer = client.post("/v1/compare", files=photos, headers={"Accept": "image/png"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_description_says_that_a_comparison_can_be_a_picture(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"]["/v1/compare"]["post"]["responses"]["200"]["content"]
    assert set(described) == {"application/json", "image/png"}


def test_places_lines_stops_and_toponyms(client: TestClient) -> None:
    assert client.get("/v1/places", params={"q": "Хасан"}).json()["items"][0]["country"] == "RU"
    near = client.get("/v1/places", params={"near": "56.01,92.83"}).json()["items"]
    assert near == sorted(near, key=lambda p: p["distance_m"])
    lines = client.get("/v1/lines").json()["items"]
    assert len(lines) == 17
    stops = client.get("/v1/lines/trans-siberian/stops").json()["items"]
    assert len(stops) == 1539
    (toponym,) = client.post("/v1/toponyms", json={"text": "Поезд в Красноярске"}).json()["toponyms"]
    assert (toponym["start"], toponym["end"]) == (8, 19)


def test_health_and_description(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json()["status"] == "ready"
    paths = client.get("/openapi.json").json()["paths"]
    page = client.get("/docs").text
    assert all(path in page for path in paths)
    assert "http" + "s://" not in page  # nothing is loaded from elsewhere


@pytest.mark.parametrize("path", ["/v1/images/" + "0" * 64, "/v1/images/x", "/v1/lines/nowhere/stops", "/v1/nothing"])
def test_what_is_unknown_is_404(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_reference_of_the_description_leads_somewhere(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    text = json.dumps(description)
    references = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert {"Problem", "DossierJson"} <= references <= set(description["components"]["schemas"])
    assert "HTTPValidationError" not in text


def test_filters_of_place_and_line_combine(client: TestClient) -> None:
    add(client, jpeg(5), caption="Train in Krasnoyarsk")
    add(client, jpeg(6), caption="Train in Omsk")

    def found(**query: object) -> int:
        return len(client.get("/v1/sightings", params=query).json()["items"])

    assert found(line="trans-siberian") == 2
    assert found(line="trans-siberian", near="Omsk", radius_km=30) == 1
    assert found(line="trans-siberian", from_km=4098.2, to_km=4098.4) == 1
    assert found(line="samara-chelyabinsk") <= 1  # it may end in Omsk; its kilometres are not to be used
    assert client.get("/v1/sightings", params={"line": "samara-chelyabinsk", "from_km": 1}).status_code == 400
    assert client.get("/v1/sightings", params={"line": "trans-siberian", "from_km": "nan"}).status_code == 400
    beyond = client.get("/v1/sightings", params={"line": "trans-siberian", "from_km": 20_000, "to_km": 21_000})
    assert beyond.status_code == 400
    assert "known from 0.0 to" in beyond.json()["detail"]


def test_a_claim_that_comes_too_late_for_its_sighting_is_handed_back_not_swallowed(client: TestClient) -> None:
    add(client, url="https://example.org/1", claim_place="Omsk", claimant="a")
    late = add(client, url="https://example.org/1", claim_place="Tomsk", claimant="b")
    assert [claim["value"] for claim in late["claims_left_out"]] == ["Tomsk"]
