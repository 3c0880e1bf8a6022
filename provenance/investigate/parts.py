"""What an investigation needs of the world, and how it asks parts that may fail."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from provenance.errors import ReadError, ServiceError, StorageError
from provenance.index.base import HashIndex
from provenance.index.base_features import FeatureIndex
from provenance.index.links import Links
from provenance.ledger.base import Ledger
from provenance.model.dossier import Case, Evidence
from provenance.model.findings import Gap
from provenance.places.base import Gazetteer, Rail


class Source(Protocol):
    """A part that finds evidence for places in a case."""

    @property
    def name(self) -> str: ...

    def evidence(self, case: Case) -> Iterable[Evidence]:
        """Each item says `because` and `origin`. Nothing to say: yield nothing. Cannot say: raise ReadError."""
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
    """What every source says of the case; a source that fails becomes a gap and silences no other."""
    evidence: list[Evidence] = []
    gaps: list[Gap] = []
    for source in sources:
        try:
            for item in source.evidence(case):  # what came before a failure stays
                evidence.append(item)  # noqa: PERF402
        except (ReadError, ServiceError, StorageError) as failed:
            gaps.append(Gap(source.name, failed.detail))
    return evidence, gaps
