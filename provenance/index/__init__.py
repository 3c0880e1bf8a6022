"""Structures for nearest fingerprints, derived from the ledger: losing one loses nothing."""

from collections.abc import Callable, Mapping
from pathlib import Path

from provenance.index.base import Feed, HashIndex
from provenance.index.base_features import FeatureFeed, FeatureIndex
from provenance.index.features import EmbeddedFeatureIndex
from provenance.index.hashes import EmbeddedHashIndex
from provenance.index.linear import LinearIndex
from provenance.index.linear_features import LinearFeatureIndex

# folder the engine may keep files in, what the ledger says, the ledger's identity -> the engine
HashEngine = Callable[[Path, Feed, str], HashIndex]
FeatureEngine = Callable[[Path, FeatureFeed, str], FeatureIndex]

# The engines for 256-bit hashes, by the name they are chosen by. Each is held against "linear" in tests/contracts.
ENGINES: Mapping[str, HashEngine] = {
    "linear": lambda folder, feed, ledger_id: LinearIndex(feed),
    "embedded": lambda folder, feed, ledger_id: EmbeddedHashIndex(folder, feed, ledger_id=ledger_id),
}

# The engines for local features. "linear" names every picture; the others are held against what of these verifies.
FEATURE_ENGINES: Mapping[str, FeatureEngine] = {
    "linear": lambda folder, feed, ledger_id: LinearFeatureIndex(feed),
    "embedded": lambda folder, feed, ledger_id: EmbeddedFeatureIndex(folder, feed, ledger_id=ledger_id),
}
