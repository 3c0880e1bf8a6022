"""The plain engine: every known picture is worth a closer look. What the other engines are held against."""

from collections.abc import Collection

from provenance.index.base_features import KNOWN_FEATURES, FeatureFeed, Voted
from provenance.model.feature_arrays import FeatureArrays
from provenance.model.features import FEATURES_RULE


class LinearFeatureIndex:
    """How many features each known picture has. A shortlist names all that have enough, in both views, by entry."""

    def __init__(self, feed: FeatureFeed) -> None:
        self._feed = feed
        self._counts: dict[int, int] = {}
        self._reaches = 0

    @property
    def reaches(self) -> int:
        return self._reaches

    def catch_up(self, entries: int) -> None:
        if entries <= self._reaches:
            return
        for _, image_entry, features in self._feed(self._reaches, entries):
            if features is None or features.rule != FEATURES_RULE:
                self._counts.pop(image_entry, None)
            else:
                self._counts[image_entry] = min(features.count, KNOWN_FEATURES)
        self._reaches = entries

    def shortlist(
        self, query: FeatureArrays, *, at_most: int = 20, votes_from: int = 3, left_out: Collection[int] = ()
    ) -> list[Voted]:
        """As promised, with the most votes that a picture can get; `at_most` does not bind."""
        return [
            Voted(image_entry, votes, mirrored)
            for image_entry, count in sorted(self._counts.items())
            if image_entry not in left_out and (votes := min(count, len(query))) >= max(1, votes_from)
            for mirrored in (False, True)
        ]
