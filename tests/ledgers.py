"""Ledgers and what is added to them, for tests."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from provenance.ledger import ENGINES
from provenance.ledger.base import Addition, Ledger
from provenance.ledger.entries import Clock
from provenance.model.features import LocalFeatures
from provenance.model.findings import Findings, Preview
from provenance.model.fingerprint import Fingerprint
from provenance.model.image import ImageFacts
from provenance.model.opinion import NewOpinion, Verdict
from provenance.model.place import Place, Position
from provenance.model.sighting import Claim, NewSighting, Whereabout
from provenance.model.times import StatedTime


class HandClock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self._time = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def tick(self) -> None:
        self._time += timedelta(minutes=1)

    def __call__(self) -> datetime:
        return self._time


def open_ledger(engine: str, folder: Path, now: Clock) -> Ledger:
    return dict(ENGINES)[engine](folder, now)


def original(seed: int) -> bytes:
    return b"picture %d" % seed


def image_id(seed: int) -> str:
    return sha256(original(seed)).hexdigest()


def findings(seed: int, name: str | None = None) -> Findings:
    data = original(seed)
    return Findings(
        ImageFacts(image_id(seed), name or f"{seed}.jpg", "jpeg", 4, 2, len(data), 1),
        (
            Fingerprint("pdq", sha256(data).digest(), "raster 1", 100, (b"\1" * 32,) * 7),
            Fingerprint("phash", sha256(data).digest()[:8], "raster 1"),
        ),
        {"IFD0:Make": "Зоркий", "GPS:GPSLatitude": 56.01, "XMP-xmpMM:History": [{"Action": "saved"}]},
        preview=Preview(2, 2, bytes([0, 127, 128, 255])),
        features=features(seed) if seed % 2 else None,
        thumbnail=b"\xff\xd8\xff",
    )


def features(seed: int, rule: str = "features 1") -> LocalFeatures:
    return LocalFeatures(rule, 400, 300, sha256(original(seed)).digest() * 2, b"x1y1sa" + b"\0\xff" * 3)


def addition(
    seed: int, sighting: NewSighting | None = None, places: Iterable[Whereabout] = (), name: str | None = None
) -> Addition:
    return Addition(findings(seed, name), original(seed), sighting, tuple(places))


def seen(
    url: str | None = None,
    *,
    at: str | None = None,
    caption: str | None = None,
    source: str | None = None,
    says: str | None = None,
) -> NewSighting:
    claims = (Claim("place", says, "Иванов"),) if says else ()
    return NewSighting(url, source, StatedTime(at) if at else None, caption, claims)


def opinion(
    a: int, b: int, verdict: Verdict = "rejected", reason: str = "Другая станция", by: str | None = "Иванов"
) -> NewOpinion:
    return NewOpinion((image_id(a), image_id(b)), verdict, reason, by)


def at(latitude: float, longitude: float, name: str = "Красноярск", by: str = "claim") -> Whereabout:
    return Whereabout(Place(name, name, "city", Position(latitude, longitude), 5000), by)
