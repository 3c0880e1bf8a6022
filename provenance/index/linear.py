"""The plain scan: slow, obviously right. What every other engine is held against, and enough for a small desk."""

from collections.abc import Sequence

from provenance.index.base import EXACT_WITHIN, Feed, Hit
from provenance.index.hamming import check_distance, check_hash
from provenance.model.fingerprint import bits_apart


class LinearIndex:
    """All known hashes in a dictionary, each compared with each query."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._known: dict[int, bytes] = {}
        self._reaches = 0

    @property
    def reaches(self) -> int:
        return self._reaches

    def catch_up(self, entries: int) -> None:
        if entries <= self._reaches:
            return
        for _, image_entry, value in self._feed(self._reaches, entries):
            if value is None:
                self._known.pop(image_entry, None)
            else:
                self._known[image_entry] = check_hash(value)
        self._reaches = entries

    def within(
        self, queries: Sequence[bytes], distance: int = EXACT_WITHIN, *, nearest: int | None = None
    ) -> list[Hit]:
        check_distance(distance)
        hits = [
            Hit(query, image_entry, apart)
            for query, wanted in enumerate(map(check_hash, queries))
            for image_entry, value in self._known.items()
            if (apart := bits_apart(wanted, value)) <= distance
        ]
        kept = sorted(hits, key=lambda hit: (hit.distance, hit.image_entry, hit.query))[:nearest]
        return sorted(kept, key=lambda hit: (hit.query, hit.distance, hit.image_entry))
