"""A ledger as far as an index of local features knows one: changes in memory, told again on demand."""

from collections.abc import Iterator

from provenance.model.features import LocalFeatures


class FeatureLog:
    def __init__(self) -> None:
        self._changes: list[tuple[int, LocalFeatures | None] | None] = []

    @property
    def entries(self) -> int:
        return len(self._changes)

    def add(self, *values: LocalFeatures) -> list[int]:
        """The image entries of these features."""
        first = self.entries
        self._changes += [(first + n, value) for n, value in enumerate(values)]
        return list(range(first, self.entries))

    def replace(self, image_entry: int, value: LocalFeatures) -> None:
        self._changes.append((image_entry, value))

    def delete(self, *image_entries: int) -> None:
        self._changes += [(image_entry, None) for image_entry in image_entries]

    def add_something_else(self) -> None:
        self._changes.append(None)

    def feed(self, since: int, below: int) -> Iterator[tuple[int, int, LocalFeatures | None]]:
        for entry, change in enumerate(self._changes[since:below], since):
            if change is not None:
                yield entry, *change
