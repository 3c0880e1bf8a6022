"""The desk: everything that can be asked and recorded, as functions. Command line, HTTP and library all stand on it."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from math import isfinite
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from provenance.batch.folders import Photo, in_order, read_photo, walk
from provenance.errors import InputError, NotFoundError, ProvenanceError, ServiceError, StorageError
from provenance.investigate.calibration import Outcome, Trial, judged, plan
from provenance.investigate.findings_to_dossier import investigate
from provenance.investigate.matching import compare, find_matches
from provenance.investigate.opinions import with_opinions
from provenance.investigate.whereabouts import whereabouts
from provenance.ledger.base import Added, Addition, Circle, SightingPage, SightingQuery
from provenance.model.dossier import Comparison, Context, Dossier, KnownImage, Match
from provenance.model.findings import Findings
from provenance.model.fingerprint import RASTER_RULE
from provenance.model.image import is_image_id
from provenance.model.opinion import NewOpinion, Opinion, Verdict
from provenance.model.place import Place, Position
from provenance.model.sighting import Claim, NewSighting, Sighting
from provenance.model.times import StatedTime
from provenance.places.distance import distance_m
from provenance.places.schema import position_place
from provenance.report import json as as_written
from provenance.settings import Settings
from provenance.toolkit import Progress, Toolkit

if TYPE_CHECKING:
    from provenance.examine.forensics.told import PanelPicture

N = TypeVar("N", int, float)

# Additions are committed together, so that the disk is waited for once for many: whenever a photo is done and so many
# photos, or so many of their bytes, are waiting, or so long has passed.
_COMMIT_AFTER_PHOTOS = 32
_COMMIT_AFTER_BYTES = 128 << 20
_COMMIT_AFTER_S = 0.5
# A position somebody names in figures is taken to mean this much around it.
STATED_POSITION_RADIUS_M = 1_000.0
_SAME = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))  # how identical pictures lie on each other
_PAGE = 500  # sightings asked for at one time
# A stop stands for the line around it at least this far: the centre of a city lies up to so far from its station
# (Krasnoyarsk 7 km, Omsk 6 km).
_LINE_REACH_M = 10_000.0


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one photo of a batch: a dossier or an error, never both."""

    photo: Photo
    dossier: Dossier | None
    error: ProvenanceError | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one photo to be made known."""

    photo: Photo
    added: Added | None
    error: ProvenanceError | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What became of one photo whose pixels were to be shown: a picture of each panel, or why there is none."""

    photo: Photo
    panels: tuple["PanelPicture", ...]
    errors: tuple[tuple[str, ProvenanceError], ...]  # by panel

    @property
    def error(self) -> ProvenanceError | None:
        """Why there is no picture at all; None where there is one."""
        return None if self.panels else self.errors[0][1]


@dataclass(frozen=True, slots=True)
class DeskDossier(Dossier):
    """A dossier as the desk hands it out: one that can write itself."""

    def to_json(self) -> str:
        """The JSON that every door gives."""
        return json.dumps(as_written.dossier(self), ensure_ascii=False, allow_nan=False)


class Desk:
    """One ledger with its index, a gazetteer and a pool of locked workers. Close it, or use it in a `with`.

    Every method raises InputError for what the caller can mend and StorageError for what the operator can.
    """

    def __init__(self, toolkit: Toolkit) -> None:
        self._kit = toolkit

    @classmethod
    def open(cls, settings: Settings) -> Self:
        return cls(Toolkit(settings))

    @property
    def toolkit(self) -> Toolkit:
        return self._kit

    def close(self) -> None:
        self._kit.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- one picture -------------------------------------------------------------------------------------------

    def examine(self, photo: str | Path | bytes, *, name: str = "", quick: bool = False) -> Findings:
        """What the file itself yields, without local features when it shall be quick; the ledger is not asked."""
        data, name = self._bytes(photo, name)
        return self._kit.examiner.examine(data, name or "unnamed", quick=quick)

    def check(
        self,
        photo: str | Path | bytes,
        *,
        name: str = "",
        caption: str | None = None,
        url: str | None = None,
        source: str | None = None,
        posted_at: str | None = None,
        quick: bool = False,
        remember: bool = False,
    ) -> DeskDossier:
        """The dossier of one photo, a path or its bytes. Writes nothing to the ledger unless told to remember it."""
        said = context(caption=caption, url=url, source=source, posted_at=posted_at)
        if not isinstance(photo, bytes):
            name = name or Path(photo).name
            photo = read_photo(Path(photo), max_bytes=self._kit.settings.max_bytes)
        dossier = self._check(photo, name, said, quick=quick, remember=remember)
        return DeskDossier(**{each.name: getattr(dossier, each.name) for each in fields(Dossier)})

    def compare(self, a: str | Path | bytes, b: str | Path | bytes, *, names: tuple[str, str] = ("", "")) -> Comparison:
        """Two pictures held against each other; the ledger is not asked."""
        return compare(self.examine(a, name=names[0]), self.examine(b, name=names[1]))

    def compare_drawn(
        self, a: str | Path | bytes, b: str | Path | bytes, *, names: tuple[str, str] = ("", "")
    ) -> tuple[Comparison, bytes]:
        """The comparison, and a PNG of how the two lie on each other (examine.alignment_picture)."""
        given = [self._bytes(*each) for each in zip((a, b), names, strict=True)]
        found = compare(*(self.examine(data, name=name) for data, name in given))
        matrix = found.transform.matrix if found.transform else _SAME if found.relation == "identical" else None
        points = [(*point.query, *point.known) for point in found.points]
        return found, self._kit.examiner.draw_alignment(given[0][0], given[1][0], matrix, points)

    # --- many --------------------------------------------------------------------------------------------------

    def check_each(
        self,
        photos: Sequence[Photo],
        *,
        said: Context | None = None,
        quick: bool = False,
        remember: bool = False,
        jobs: int | None = None,
    ) -> Iterator[Checked]:
        """A dossier of each photo, in order, as soon as it is known. A bad file is reported and stops nothing."""

        def check(photo: Photo) -> Checked:
            try:
                data = read_photo(photo.path, max_bytes=self._kit.settings.max_bytes)
                dossier = self._check(data, photo.path.name, said or Context(), quick=quick, remember=remember)
            except (InputError, ServiceError) as refused:
                return Checked(photo, None, refused)
            return Checked(photo, dossier, None)

        yield from in_order(photos, check, jobs=jobs or self._kit.settings.worker_count)

    def forensics_each(self, photos: Sequence[Photo], *, jobs: int | None = None) -> Iterator[Shown]:
        """Every panel of examine.forensics of each photo, in order. A bad file is reported and stops nothing."""
        from provenance.examine.forensics import PANELS  # here: it loads Pillow

        def show(photo: Photo) -> Shown:
            drawn: list[PanelPicture] = []
            errors: list[tuple[str, ProvenanceError]] = []
            try:
                data = read_photo(photo.path, max_bytes=self._kit.settings.max_bytes)
            except InputError as refused:
                return Shown(photo, (), ((PANELS[0].name, refused),))
            for panel in PANELS:
                try:
                    drawn.append(self._kit.examiner.draw_forensics(data, panel.name))
                except (InputError, ServiceError) as refused:
                    errors.append((panel.name, refused))
            return Shown(photo, tuple(drawn), tuple(errors))

        yield from in_order(photos, show, jobs=jobs or self._kit.settings.worker_count)

    def add_each(
        self, photos: Sequence[Photo], *, sighting: NewSighting | None = None, jobs: int | None = None
    ) -> Iterator[Recorded]:
        """Make each photo known, in order. What is yielded is on disk. A bad file is reported and stops nothing."""
        self._kit.ledger_to_write  # noqa: B018 - a ledger that cannot be written is said before the work is done

        def addition(photo: Photo) -> tuple[Photo, Addition | ProvenanceError]:
            try:
                data = read_photo(photo.path, max_bytes=self._kit.settings.max_bytes)
                return photo, self._addition(data, self.examine(data, name=photo.path.name), sighting)
            except (InputError, ServiceError) as refused:
                return photo, refused

        waiting: list[tuple[Photo, Addition | ProvenanceError]] = []
        since = time.monotonic()
        for each in in_order(photos, addition, jobs=jobs or self._kit.settings.worker_count):
            waiting.append(each)
            held = sum(len(addition.original) for _, addition in waiting if isinstance(addition, Addition))
            full = len(waiting) >= _COMMIT_AFTER_PHOTOS or held >= _COMMIT_AFTER_BYTES
            if full or time.monotonic() - since > _COMMIT_AFTER_S:
                yield from self._commit(waiting)
                waiting, since = [], time.monotonic()
        yield from self._commit(waiting)

    def add(
        self,
        photo: str | Path | bytes,
        *,
        name: str = "",
        caption: str | None = None,
        url: str | None = None,
        source: str | None = None,
        posted_at: str | None = None,
        claim_place: str | None = None,
        claimant: str | None = None,
    ) -> Iterator[Recorded]:
        """Make a photo, or every photo of a folder, known; with a sighting, if anything is said of one."""
        said = context(caption=caption, url=url, source=source, posted_at=posted_at)
        sighting = sighting_of(said, self.claims(claim_place, claimant))
        if isinstance(photo, bytes):
            yield Recorded(Photo(name, Path(name), alone=True), self.add_bytes(photo, name, sighting), None)
        else:
            yield from self.add_each(walk([str(photo)]), sighting=sighting)

    def add_bytes(self, data: bytes, name: str, sighting: NewSighting | None) -> Added:
        return self._record([self._addition(data, self.examine(data, name=name), sighting)])[0]

    # --- known pictures and their sightings --------------------------------------------------------------------

    def known(self, image_id: str) -> KnownImage:
        found = self._kit.ledger.known([image_id]).get(image_id)
        if found is None:
            raise NotFoundError(f"no known picture has the id {image_id[:80]!r}")
        return found

    def dossier_of(self, image_id: str) -> Dossier:
        """The dossier of a known picture, from its stored findings."""
        return investigate(self.known(image_id).findings, Context(), self._kit.parts())

    def matches_of(self, findings: Findings) -> tuple[Match, ...]:
        parts = self._kit.parts()
        matches = find_matches(findings, parts.stores, quick=False)[0]
        return with_opinions(matches, findings.image.id, parts.ledger)

    def copies_of(self, image: str | Path | bytes) -> frozenset[str]:
        """Ids of a picture, by its id or its file, and of every known picture it is a copy of or that copies it."""
        if isinstance(image, str) and is_image_id(image):
            findings = self.known(image).findings
        else:
            findings = self.examine(image)
        copies = (m.known.id for m in self.matches_of(findings) if m.is_copy)
        return frozenset((findings.image.id, *copies))

    def add_opinion(
        self, a: str | Path | bytes, b: str | Path | bytes, *, verdict: str, reason: str, by: str | None = None
    ) -> tuple[str, Opinion]:
        """Record what a person says of two pictures, each given by its id or its file: the id of a, and the opinion.

        Raises NotFoundError when neither picture is known.
        """
        ids = self._id_of(a), self._id_of(b)
        reason = as_given("reason", reason, 8_192) or ""
        try:
            said = NewOpinion(ids, cast(Verdict, verdict), reason, as_given("by", by, 1_024))
        except ValueError as wrong:
            raise InputError(str(wrong)) from wrong
        return ids[0], self._kit.ledger_to_write.add_opinion(said)

    def opinions_of(self, image_id: str) -> tuple[Opinion, ...]:
        """The opinions on a picture and others, the latest first. NotFoundError where nothing is known of it."""
        said = self._kit.ledger.opinions(image_id)
        if not said:
            self.known(image_id)
        return said

    # --- measured error ----------------------------------------------------------------------------------------

    def trials(self, *, pictures: int, each: int, seed: int) -> list[Trial]:
        """`each` edits to be made of so many known pictures, drawn by chance. Raises InputError with fewer than two."""
        from provenance.examine.edits import EDITS  # here: it loads Pillow

        ledger = self._kit.ledger
        changes = ledger.fingerprint_changes("pdq", RASTER_RULE, since=0, below=ledger.entries())
        entries = [change.image_entry for change in changes if change.value is not None]
        drawn = Random(seed).sample(entries, min(pictures, len(entries)))  # noqa: S311 - chance that can be repeated
        known = ledger.known_by_entry(drawn)
        ids = [known[entry].id for entry in drawn if entry in known]
        if len(ids) < 2:
            raise InputError(f"{len(entries)} known pictures with pixels, at least 2 are needed; `provenance add` some")
        return plan(EDITS, ids, each=each, seed=seed)

    def calibrate(self, trials: Sequence[Trial], *, jobs: int | None = None) -> Iterator[Outcome]:
        """Make each edit and look it up, in order. Writes nothing; what cannot be made says why and stops nothing."""
        copies: dict[str, frozenset[str]] = {}

        def outcome(trial: Trial) -> Outcome:
            try:
                originals = [self._kit.ledger.original(part) for part in trial.parts]
                findings = self._kit.examiner.examine_edit(*originals, edit=trial.edit, seed=trial.seed)
                for part in trial.parts:
                    copies[part] = copies.get(part) or self.copies_of(part)
            except (InputError, StorageError) as unread:
                return Outcome(trial, unread=unread.detail)
            if self._kit.ledger.known([findings.image.id]):
                return Outcome(trial, unread="an edit with the very bytes of a known picture")
            return judged(trial, self.matches_of(findings), copies)

        yield from in_order(trials, outcome, jobs=jobs or self._kit.settings.worker_count)

    def add_sighting(self, image_id: str, sighting: NewSighting) -> Added:
        if sighting.is_empty:
            raise InputError("a sighting needs at least one of url, source, posted_at, caption and a claim")
        findings = self.known(image_id).findings
        return self._kit.ledger_to_write.add_sighting(
            image_id, sighting, whereabouts(sighting, findings, self._kit.gazetteer)
        )

    def sightings(self, *, limit: int | None = None, **filters: Any) -> Iterator[Sighting]:
        """Sightings, newest first; the filters are those of `query`, and there is no limit but the one given."""
        query = self.query(**filters, limit=min(limit or _PAGE, _PAGE))
        given = 0
        while limit is None or given < limit:
            page = self.sightings_page(query)
            kept = page.items if limit is None else page.items[: limit - given]
            yield from kept
            given += len(kept)
            if page.next is None:
                return
            query = replace(query, cursor=page.next)

    def sightings_page(self, query: SightingQuery) -> SightingPage:
        return self._kit.ledger.sightings(query)

    def query(
        self,
        *,
        image: str | Path | bytes | None = None,
        near: str | None = None,
        radius_km: float | None = None,
        line: str | None = None,
        from_km: float | None = None,
        to_km: float | None = None,
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
        text: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> SightingQuery:
        """The filters as a person states them, checked and resolved. Raises InputError naming what cannot be used."""
        areas = (tuple(self._circle(near, radius_km)), tuple(self._section(line, from_km, to_km)))
        return SightingQuery(
            image_ids=None if image is None else self.copies_of(image),
            since=None if since is None else stated(since, "since").earliest,
            until=None if until is None else stated(until, "until").latest,
            source=as_given("source", source, 1_024),
            text=as_given("text", text, 1_024),
            areas=tuple(area for area in areas if area),
            limit=_within("limit", limit, 1, 1000),
            cursor=cursor,
        )

    # --- places ------------------------------------------------------------------------------------------------

    def places(self, asked: str, *, radius_m: float = 30_000, limit: int = 20) -> list[Place]:
        """Places of that name, or near LAT,LON, nearest first."""
        asked = as_given("place", asked, 1_024) or ""
        position = position_of(asked)
        if position is None:
            return self._kit.gazetteer.named(asked, limit=limit)
        return self._kit.gazetteer.near(position, radius_m=radius_m, limit=limit)

    def claims(self, claim_place: str | None, claimant: str | None) -> tuple[Claim, ...]:
        """The claim that a picture was taken at NAME or LAT,LON; a name nobody knows is kept as it was said."""
        claim_place = as_given("claim_place", claim_place, 1_024)
        claimant = as_given("claimant", claimant, 1_024)
        if claim_place is None:
            return ()
        position = position_of(claim_place)
        place = (
            position_place(position, STATED_POSITION_RADIUS_M)
            if position
            else self._kit.gazetteer.meant_by(claim_place)
        )
        return (Claim("place", claim_place, claimant, place),)

    def prepare_places(self, progress: Progress | None = None) -> None:
        self._kit.places(progress)

    # --- inside ------------------------------------------------------------------------------------------------

    def _check(self, data: bytes, name: str, said: Context, *, quick: bool, remember: bool) -> Dossier:
        findings = self.examine(data, name=name, quick=quick and not remember)  # what is known is found by its parts
        dossier = investigate(findings, said, self._kit.parts(), quick=quick)
        if remember:
            self._record([self._addition(data, findings, sighting_of(said))])
        return dossier

    def _id_of(self, image: str | Path | bytes) -> str:
        return image if isinstance(image, str) and is_image_id(image) else self.examine(image, quick=True).image.id

    def _bytes(self, photo: str | Path | bytes, name: str) -> tuple[bytes, str]:
        if isinstance(photo, bytes):
            return photo, name
        return read_photo(Path(photo), max_bytes=self._kit.settings.max_bytes), name or Path(photo).name

    def _addition(self, data: bytes, findings: Findings, sighting: NewSighting | None) -> Addition:
        linked = whereabouts(sighting, findings, self._kit.gazetteer) if sighting else ()
        return Addition(findings, data, sighting, linked)

    def _record(self, additions: Sequence[Addition]) -> list[Added]:
        added = self._kit.ledger_to_write.add(additions) if additions else []
        if any(each.image_added for each in added):
            self._kit.catch_up()
        return added

    def _commit(self, waiting: Iterable[tuple[Photo, Addition | ProvenanceError]]) -> Iterator[Recorded]:
        waiting = list(waiting)
        added = iter(self._record([each for _, each in waiting if isinstance(each, Addition)]))
        for photo, each in waiting:
            if isinstance(each, Addition):
                yield Recorded(photo, next(added), None)
            else:
                yield Recorded(photo, None, each)

    def _circle(self, near: str | None, radius_km: float | None) -> Iterator[Circle]:
        near = as_given("near", near, 1_024)
        if near is None:
            if radius_km is not None:
                raise InputError("radius_km needs near")
            return
        radius_m = None if radius_km is None else 1000 * _within("radius_km", radius_km, 0, 20_040)
        position = position_of(near)
        if position is not None:
            yield Circle(position, STATED_POSITION_RADIUS_M if radius_m is None else radius_m)
            return
        place = self._kit.gazetteer.meant_by(near)
        if place is None:
            raise NotFoundError(f"no place named {near[:80]!r} is known")
        yield Circle(place.position, place.radius_m if radius_m is None else radius_m)

    def _section(self, line: str | None, from_km: float | None, to_km: float | None) -> Iterator[Circle]:
        line = as_given("line", line, 1_024)
        if line is None:
            if from_km is not None or to_km is not None:
                raise InputError("from_km and to_km need line")
            return
        stops = self._kit.rail.stops(line)
        if from_km is not None or to_km is not None:
            stops = _section(stops, line, from_km, to_km)
        for before, stop, after in zip([stops[0], *stops], stops, [*stops[1:], stops[-1]], strict=False):
            yield Circle(stop.position, max(_LINE_REACH_M, _apart_m(stop, before) / 2, _apart_m(stop, after) / 2))


def _apart_m(stop: Place, neighbour: Place) -> float:
    """Metres between two stops of a line, by its kilometres where they are known: a geodesic for each would be slow."""
    if stop.km is None or neighbour.km is None:
        return distance_m(stop.position, neighbour.position)
    return 1000 * abs(stop.km - neighbour.km)


def _section(stops: Sequence[Place], line: str, from_km: float | None, to_km: float | None) -> list[Place]:
    """The stops between two kilometres, or the nearest one where none lies there. Raises InputError."""
    placed = [(stop.km, stop) for stop in stops if stop.km is not None]
    if not placed:
        raise InputError(f"the kilometres of {line} are not known well enough to be used")
    ends = (placed[0][0] if from_km is None else from_km, placed[-1][0] if to_km is None else to_km)
    low, high = min(ends), max(ends)
    if not (isfinite(low) and isfinite(high)):
        raise InputError(f"from_km {from_km} and to_km {to_km} must be numbers")
    if high < placed[0][0] or low > placed[-1][0]:
        raise InputError(
            f"km {low:g} to {high:g} is not on {line}, which is known from {placed[0][0]} to {placed[-1][0]}"
        )
    inside = [stop for km, stop in placed if low <= km <= high]
    return inside or [min(placed, key=lambda each: abs(each[0] - (low + high) / 2))[1]]


def context(
    *, caption: str | None = None, url: str | None = None, source: str | None = None, posted_at: str | None = None
) -> Context:
    """What was said of a picture, with empty texts read as nothing said. Raises InputError for what cannot be kept."""
    return Context(
        caption=as_given("caption", caption, 65_536),
        url=as_given("url", url, 8_192),
        source=as_given("source", source, 1_024),
        posted_at=stated(posted_at, "posted_at") if posted_at else None,
    )


def as_given(name: str, text: str | None, at_most: int) -> str | None:
    """The text as given, None where it is empty. Raises InputError when it is too long or no Unicode text."""
    if not text:
        return None
    if len(text) > at_most:
        raise InputError(f"{name} has {len(text)} characters, limit {at_most}")
    try:
        text.encode()
    except UnicodeEncodeError as broken:
        raise InputError(f"{name} is no Unicode text at character {broken.start}") from broken
    return text


def sighting_of(said: Context, claims: tuple[Claim, ...] = ()) -> NewSighting | None:
    """The sighting that a context describes; None where nothing was said."""
    sighting = NewSighting(said.url, said.source, said.posted_at, said.caption, claims)
    return None if sighting.is_empty else sighting


def stated(text: str, name: str) -> StatedTime:
    try:
        return StatedTime(text.strip())
    except ValueError as wrong:
        raise InputError(f"{name}: {wrong}") from wrong


def position_of(text: str) -> Position | None:
    """The position of LAT,LON; None where the text is not of that form. Raises InputError for degrees out of range."""
    parts = text.split(",")
    if len(parts) != 2:
        return None
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        return None
    try:
        return Position(latitude, longitude)
    except ValueError as wrong:
        raise InputError(str(wrong)) from wrong


def _within(name: str, value: N, low: float, high: float) -> N:
    if not low <= value <= high:
        raise InputError(f"{name} is {value}, must be {low} to {high}")
    return value
