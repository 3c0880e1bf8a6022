"""What two pictures look like, and how one lies on the other: features find the map, previews say whether it holds."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from provenance.index.base_features import KNOWN_FEATURES
from provenance.investigate.agreement import Agreement, Cells, Levels, agreement
from provenance.investigate.geometry import Laid, Matrix, Reals, lay
from provenance.ledger.base import Appearance
from provenance.model.feature_arrays import FeatureArrays, arrays
from provenance.model.features import FEATURES_RULE, LocalFeatures
from provenance.model.findings import Findings, Preview


@dataclass(frozen=True)
class Look:
    """One picture as matching sees it: its size in upright px, its features and its preview, as it is or mirrored."""

    width: int
    height: int
    features: FeatureArrays
    levels: Levels

    @classmethod
    def of(cls, findings: Findings) -> "Look | None":
        """None where the pixels were not read, or features not looked for."""
        return _look(findings.image.width, findings.image.height, findings.features, findings.preview)

    @classmethod
    def known(cls, seen: Appearance) -> "Look | None":
        features = seen.features and seen.features.strongest(KNOWN_FEATURES)
        return _look(seen.width, seen.height, features, seen.preview)

    @cached_property
    def mirrored(self) -> "Look":
        return Look(self.width, self.height, self.features.mirrored(), self.levels.mirrored())


@dataclass(frozen=True, slots=True)
class Pair:
    """How a query lies on a known picture, both as they were compared, and how their pixels agree there."""

    query: Look
    known: Look
    mirrored: bool  # the query was mirrored left to right first
    laid: Laid
    agreement: Agreement

    @property
    def matrix(self) -> Matrix:
        """Maps px of the upright query, not mirrored, to px of the upright known picture; centres at whole numbers."""
        full = between(_frame(self.known), (self.known.width, self.known.height)) @ self.laid.matrix
        full = full @ np.linalg.inv(between(_frame(self.query), (self.query.width, self.query.height)))
        return full @ mirror(self.query.width) if self.mirrored else full

    @property
    def points(self) -> tuple[tuple[float, float, float, float], ...]:
        """The spots both show, in px of the upright pictures: x, y of the query, x, y of the known one."""
        q = _moved(
            self.query.features.xy[self.laid.pairs[:, 0]],
            between(_frame(self.query), (self.query.width, self.query.height)),
        )
        k = _moved(
            self.known.features.xy[self.laid.pairs[:, 1]],
            between(_frame(self.known), (self.known.width, self.known.height)),
        )
        return tuple((float(a), float(b), float(c), float(d)) for (a, b), (c, d) in zip(q, k, strict=True))

    def shared(self, of_query: bool) -> Cells:
        """The cells of one picture, as it is, where the other one agrees."""
        grid = self.agreement.grid
        cells = grid.region(of_query, grid.agrees)
        return np.ascontiguousarray(cells[:, ::-1]) if of_query and self.mirrored else cells


def paired(query: Look, known: Look, *, mirrored: bool, digits_from: float) -> Pair | None:
    """The query, or its mirror image, laid on the known picture by their features; None for fewer digits."""
    shown = query.mirrored if mirrored else query
    laid = lay(shown.features, known.features)
    if laid is None or laid.digits < digits_from:
        return None
    onto = between(_frame(known), known.levels.size) @ laid.matrix
    agreed = agreement(shown.levels, known.levels, onto @ np.linalg.inv(between(_frame(shown), shown.levels.size)))
    return None if agreed is None else Pair(query, known, mirrored, laid, agreed)


def mirror(width: int) -> Matrix:
    return np.array([(-1.0, 0, width - 1), (0, 1, 0), (0, 0, 1)])


def _look(
    width: int | None, height: int | None, features: LocalFeatures | None, preview: Preview | None
) -> Look | None:
    if width is None or height is None or features is None or preview is None or features.rule != FEATURES_RULE:
        return None
    return Look(width, height, arrays(features), Levels(preview))


def _frame(look: Look) -> tuple[int, int]:
    return look.features.width, look.features.height


def between(from_size: tuple[int, int], to_size: tuple[int, int]) -> Matrix:
    """Maps px of a picture in one size to px of the same in another; centres at whole numbers in both."""
    x, y = to_size[0] / from_size[0], to_size[1] / from_size[1]
    return np.array([(x, 0, (x - 1) / 2), (0, y, (y - 1) / 2), (0, 0, 1)])


def _moved(points: Reals, matrix: Matrix) -> Reals:
    return np.asarray(points @ matrix[:2, :2].T + matrix[:2, 2])
