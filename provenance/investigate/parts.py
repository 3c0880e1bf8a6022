"""What an investigation needs of the world, and how it asks parts that may fail."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, runtime_checkable

from provenance.errors import ReadError, ServiceError, StorageError
from provenance.index.base import HashIndex
from provenance.index.base_features import FeatureIndex
from provenance.index.links import Links
from provenance.ledger.base import Ledger
from provenance.model.dossier import Case, Evidence
from provenance.model.findings import Gap
from provenance.model.place import Place
from provenance.places.base import Gazetteer, Rail

WEIGHED_AT_MOST = 100  # places shown to sources that weigh: a case that names more has no question they can answer


class Source(Protocol):
    """A part that finds evidence for places in a case."""

    @property
    def name(self) -> str: ...

    def evidence(self, case: Case) -> Iterable[Evidence]:
        """Each item says `because` and `origin`. Nothing to say: yield nothing. Cannot say: raise ReadError."""
        ...


@runtime_checkable
class Weighs(Protocol):
    """A source that proposes no place, but says of places that others propose how well they fit."""

    @property
    def name(self) -> str: ...

    def weigh(self, case: Case, places: Sequence[Place]) -> Iterable[Evidence]:
        """Evidence for a place, or with a negative llr against it; else as Source.evidence."""
        ...


@dataclass(frozen=True, slots=True)
class Stores:
    """What is remembered: the ledger, the two indexes derived from it, and the links among known pictures."""

    ledger: Ledger
    hashes: HashIndex
    features: FeatureIndex
    links: Links

    def close(self) -> None:
        self.links.close()
        self.ledger.close()


@dataclass(frozen=True, slots=True)
class Parts:
    """The stores and sources one investigation works with; toolkit chooses them."""

    stores: Stores
    gazetteer: Gazetteer
    rail: Rail
    sources: Sequence[Source]

    @property
    def ledger(self) -> Ledger:
        return self.stores.ledger


def ask_each(sources: Sequence[Source], case: Case) -> tuple[list[Evidence], list[Gap]]:
    """What every source says of the case; a source that fails becomes a gap and silences no other.

    First all are asked for places; then those that weigh are shown the places that were named.
    """
    evidence: list[Evidence] = []
    gaps: list[Gap] = []
    for source in sources:
        _ask(source.name, partial(source.evidence, case), evidence, gaps)
    places = list({e.place.id: e.place for e in evidence}.values())[:WEIGHED_AT_MOST]
    for source in sources:
        if isinstance(source, Weighs) and places:
            _ask(source.name, partial(source.weigh, case, places), evidence, gaps)
    return evidence, gaps


def _ask(name: str, ask: Callable[[], Iterable[Evidence]], evidence: list[Evidence], gaps: list[Gap]) -> None:
    try:
        for item in ask():  # what came before a failure stays
            evidence.append(item)  # noqa: PERF402
    except (ReadError, ServiceError, StorageError) as failed:
        gaps.append(Gap(name, failed.detail))
