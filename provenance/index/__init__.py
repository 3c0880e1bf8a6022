"""Structures for nearest fingerprints, derived from the ledger: losing one loses nothing."""

from collections.abc import Callable, Mapping
from pathlib import Path

from provenance.index.base import Feed, HashIndex
from provenance.index.hashes import EmbeddedHashIndex
from provenance.index.linear import LinearIndex

# folder the engine may keep files in, what the ledger says, the ledger's identity -> the engine
HashEngine = Callable[[Path, Feed, str], HashIndex]

# The engines for 256-bit hashes, by the name they are chosen by. Each is held against "linear" in tests/contracts.
ENGINES: Mapping[str, HashEngine] = {
    "linear": lambda folder, feed, ledger_id: LinearIndex(feed),
    "embedded": lambda folder, feed, ledger_id: EmbeddedHashIndex(folder, feed, ledger_id=ledger_id),
}
