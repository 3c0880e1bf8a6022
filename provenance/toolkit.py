"""The only place that chooses parts: Settings become a Toolkit."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import RLock

from provenance.errors import StorageError
from provenance.examine.decode.limits import Limits
from provenance.examine.messages import WorkerLimits
from provenance.examine.options import FeatureOptions
from provenance.examine.worker import Examiner, WorkerPool
from provenance.index.base import Feed
from provenance.index.base_features import FeatureFeed
from provenance.index.features import EmbeddedFeatureIndex
from provenance.index.hashes import EmbeddedHashIndex
from provenance.index.linear import LinearIndex
from provenance.index.linear_features import LinearFeatureIndex
from provenance.index.links import Links
from provenance.index.mapped import MappedIndex
from provenance.investigate.matching import catch_up
from provenance.investigate.parts import Parts, Stores
from provenance.investigate.sources import SOURCES
from provenance.ledger.base import Ledger
from provenance.ledger.memory import MemoryLedger
from provenance.ledger.urls import sqlite_path
from provenance.model.features import FEATURES_RULE, LocalFeatures
from provenance.model.fingerprint import RASTER_RULE
from provenance.places.base import Gazetteer, Rail
from provenance.places.build import build
from provenance.places.gazetteer import SqliteGazetteer
from provenance.places.rail import SqliteRail
from provenance.places.schema import built_version
from provenance.settings import Settings

Progress = Callable[[int, int], None]


class Toolkit:
    """The parts one desk works with. Each is made when it is first asked for; safe to use from several threads.

    A ledger that does not exist yet reads as an empty one and is made by the first write.
    """

    def __init__(self, settings: Settings, *, examiner: Examiner | None = None) -> None:
        self.settings = settings
        self._lock = RLock()
        self._examiner = examiner
        self._places: tuple[Gazetteer, Rail] | None = None
        self._stores: Stores | None = None
        self._stands_in = False

    @property
    def examiner(self) -> Examiner:
        with self._lock:
            if self._examiner is None:
                self._examiner = examiner_of(self.settings)
            return self._examiner

    @property
    def gazetteer(self) -> Gazetteer:
        return self.places()[0]

    @property
    def rail(self) -> Rail:
        return self.places()[1]

    def places(self, progress: Progress | None = None) -> tuple[Gazetteer, Rail]:
        """The gazetteer and its rail lines, compiled first where that was not done yet: seconds, once."""
        with self._lock:
            if self._places is None:
                self._places = places_of(self.settings, progress)
            return self._places

    @property
    def ledger(self) -> Ledger:
        return self._opened(to_write=False).ledger

    @property
    def ledger_to_write(self) -> Ledger:
        return self._opened(to_write=True).ledger

    def parts(self) -> Parts:
        stores = self._opened(to_write=False)
        gazetteer, rail = self.places()
        return Parts(stores, gazetteer, rail, [source(gazetteer, rail) for source in SOURCES])

    def catch_up(self, progress: Progress | None = None) -> None:
        """Have indexes and links know all that the ledger holds: 50 ms of CPU for each picture they do not know."""
        catch_up(self._opened(to_write=False), progress)

    def rebuild_indexes(self, progress: Progress | None = None) -> int:
        """Make everything that is derived from the ledger anew; how many entries it then knows."""
        stores = self._opened(to_write=False)
        stores.links.forget()
        for index in (stores.hashes, stores.features):
            if isinstance(index, MappedIndex):
                index.rebuild()
        catch_up(stores, progress)
        return stores.links.reaches

    def warm_up(self) -> None:
        """Have workers, stores and places ready ahead of the first photo, as a service wants them."""
        self.parts()
        if isinstance(self.examiner, WorkerPool):
            self.examiner.start()

    def close(self) -> None:
        with self._lock:
            if self._examiner is not None:
                self._examiner.close()
            if self._stores is not None:
                self._stores.close()
            self._examiner = self._stores = None

    def _opened(self, *, to_write: bool) -> Stores:
        with self._lock:
            if self._stores is None or self._stands_in:
                file = sqlite_path(self.settings.ledger_url)
                if to_write or file.exists():
                    self._stores = open_stores(file)  # raises before anything is kept
                    self._stands_in = False
                elif self._stores is None:
                    self._stores = empty_stores()
                    self._stands_in = True
            return self._stores


def open_stores(file: Path) -> Stores:
    """The ledger in this file, made where it is missing, and what is derived from it, beside it."""
    from provenance.ledger.sql import SqlLedger  # here: SQLAlchemy is slow to load, and a first look needs none

    ledger = SqlLedger(f"sqlite:///{file}")
    folder = file.with_name(f"{file.name}.index")
    return Stores(
        ledger,
        EmbeddedHashIndex(folder, _known_pdq(ledger), ledger_id=ledger.identity),
        EmbeddedFeatureIndex(folder / "features", _known_features(ledger), ledger_id=ledger.identity),
        Links(folder / "links.sqlite", ledger_id=ledger.identity),
    )


def empty_stores() -> Stores:
    """What stands for a ledger that does not exist yet."""
    ledger = MemoryLedger()
    features = LinearFeatureIndex(_known_features(ledger))
    return Stores(ledger, LinearIndex(_known_pdq(ledger)), features, Links.in_memory())


def _known_pdq(ledger: Ledger) -> Feed:
    def feed(since: int, below: int) -> Iterator[tuple[int, int, bytes | None]]:
        for change in ledger.fingerprint_changes("pdq", RASTER_RULE, since=since, below=below):
            yield change.entry, change.image_entry, change.value

    return feed


def _known_features(ledger: Ledger) -> FeatureFeed:
    def feed(since: int, below: int) -> Iterator[tuple[int, int, LocalFeatures | None]]:
        for change in ledger.feature_changes(FEATURES_RULE, since=since, below=below):
            yield change.entry, change.image_entry, change.features

    return feed


def examiner_of(settings: Settings) -> WorkerPool:
    """A pool of locked workers within the settings' limits."""
    return WorkerPool(
        workers=settings.worker_count,
        limits=WorkerLimits(memory_bytes=settings.worker_memory_mib << 20),
        examine_limits=Limits(max_bytes=settings.max_bytes),
        features=FeatureOptions(settings.features_px, settings.features_at_most),
    )


def places_of(settings: Settings, progress: Progress | None) -> tuple[Gazetteer, Rail]:
    """The compiled gazetteer and the rail lines in it, compiled first where that was not done yet."""
    file = settings.gazetteer_file(built_version())
    if file.exists():
        try:
            return SqliteGazetteer(file), SqliteRail(file)
        except StorageError:
            pass  # of another version, or damaged: it is derived, so it is made anew
    build(file, progress=progress)
    return SqliteGazetteer(file), SqliteRail(file)
