"""What every hash index promises: all known 256-bit hashes within a distance, and up to which entry it knows."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

# The longest distance an index answers exactly. 31 of 256 bits is PDQ's published limit for confident matches
# (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019).
EXACT_WITHIN = 31

# since, below -> (entry, image entry, hash or None where it was deleted), in order of entry: what the ledger says.
Feed = Callable[[int, int], Iterable[tuple[int, int, bytes | None]]]


class Hit(NamedTuple):
    """A known hash near a query: which of the queries, the picture's entry number, and the distance in bits."""

    query: int
    image_entry: int
    distance: int


class HashIndex(Protocol):
    """Nearest 256-bit hashes, exact. Derived from the ledger: losing it loses nothing."""

    @property
    def reaches(self) -> int:
        """The number of ledger entries it has seen: it knows every change by entries below this."""
        ...

    def catch_up(self, entries: int) -> None:
        """Take in what the ledger recorded since, so that `reaches` is at least `entries`. Cheap when nothing came."""
        ...

    def within(
        self, queries: Sequence[bytes], distance: int = EXACT_WITHIN, *, nearest: int | None = None
    ) -> list[Hit]:
        """Every known hash within `distance` bits of each query, sorted by query, distance and entry.

        With `nearest`, of all hits of all queries only so many, the nearest; of equally near ones the first added.

        Queries are 32 bytes each; ValueError otherwise, and for a distance outside 0..256. Exact at any distance;
        fast up to EXACT_WITHIN, a flat scan beyond.
        """
        ...
