"""What every index of local features promises: the known pictures that may share a part with another one."""

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple, Protocol

from provenance.model.feature_arrays import FeatureArrays
from provenance.model.features import LocalFeatures

# Of a known picture only so many features are indexed, the strongest: 200 lose up to half a point of the copies found,
# 100 two points, and each costs the same room and time. What is looked for may bring more.
KNOWN_FEATURES = 300

# since, below -> (entry, image entry, features or None where it was deleted), in order of entry: what the ledger says.
# Features of another rule than FEATURES_RULE count as none.
FeatureFeed = Callable[[int, int], Iterable[tuple[int, int, LocalFeatures | None]]]


class Voted(NamedTuple):
    """A known picture in one view: how many features of what is looked for have theirs there, turned and scaled alike.

    `mirrored`: they are those of the query mirrored left to right. A picture may come in both views.
    """

    image_entry: int
    votes: int
    mirrored: bool


class FeatureIndex(Protocol):
    """Known pictures by local features. Derived from the ledger: losing it loses nothing."""

    @property
    def reaches(self) -> int:
        """The number of ledger entries it has seen: it knows every change by entries below this."""
        ...

    def catch_up(self, entries: int) -> None:
        """Take in what the ledger recorded since, so that `reaches` is at least `entries`. Cheap when nothing came."""
        ...

    def shortlist(
        self, query: FeatureArrays, *, at_most: int = 20, votes_from: int = 3, left_out: Collection[int] = ()
    ) -> list[Voted]:
        """Pictures worth a closer look, most votes first (then by entry), from `votes_from` votes on.

        The query is looked up as it is and mirrored left to right, and each view votes for itself. An engine may miss
        a picture and may name one that shares nothing: verification decides. At most so many, except from an engine
        that leaves nothing out. Pictures whose entries are `left_out` take no part.
        """
        ...
