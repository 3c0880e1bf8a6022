"""Local features as arrays, and the same features of the picture seen in a mirror."""

from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

from provenance.model.features import LocalFeatures

Codes = NDArray[np.uint64]  # shape (n, 4): 256 bits, the first the highest of the first byte
Floats = NDArray[np.float32]

GEOMETRY = np.dtype([("x", "<u2"), ("y", "<u2"), ("scale", "u1"), ("angle", "u1")])
SCALES_AN_OCTAVE, SMALLEST_SCALE_PX = 16, 0.5

# SIFT's 128 numbers are 4 x 4 cells (row, column) of 8 directions. Mirrored left to right the columns change places
# and each direction becomes its mirror image; the feature's own angle becomes 180° minus it. (OpenCV's rows run along
# the feature's own axes, whose first is mirrored into the other sense: then it is the rows that change places.)
_DIMENSIONS = np.arange(128).reshape(4, 4, 8)[::-1][..., (-np.arange(8)) % 8].ravel()
_MIRRORED_BITS = np.concatenate([_DIMENSIONS, 128 + _DIMENSIONS])


@dataclass(frozen=True, slots=True)
class FeatureArrays:
    """Codes with positions (px of a frame of `width` x `height`), sizes (px) and angles (radians), row by row."""

    width: int
    height: int
    codes: Codes  # (n, 4)
    xy: Floats  # (n, 2)
    size: Floats  # (n,)
    angle: Floats  # (n,)

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_] | slice) -> "FeatureArrays":
        return FeatureArrays(
            self.width, self.height, self.codes[rows], self.xy[rows], self.size[rows], self.angle[rows]
        )

    def mirrored(self) -> "FeatureArrays":
        """The features that the picture, mirrored left to right, would have: no second extraction is needed."""
        bits = np.unpackbits(self.codes.view(np.uint8).reshape(-1, 32), axis=1)[:, _MIRRORED_BITS]
        codes = np.ascontiguousarray(np.packbits(bits, axis=1)).view(np.uint64).reshape(-1, 4)
        xy = np.stack([self.width - 1 - self.xy[:, 0], self.xy[:, 1]], axis=1)
        return FeatureArrays(
            self.width, self.height, codes, xy, self.size, (((pi - self.angle) % (2 * pi)).astype(np.float32))
        )


def arrays(features: LocalFeatures) -> FeatureArrays:
    """The features as arrays; ValueError where the bytes are not as long as they say."""
    geometry = np.frombuffer(features.geometry, GEOMETRY)
    codes = np.frombuffer(features.codes, np.uint64).reshape(-1, 4)
    xy = np.stack([geometry["x"], geometry["y"]], axis=1).astype(np.float32)
    xy *= np.array([features.width, features.height], np.float32) / 65536
    size = np.asarray(SMALLEST_SCALE_PX * np.exp2(geometry["scale"] / SCALES_AN_OCTAVE), np.float32)
    angle = geometry["angle"].astype(np.float32) * np.float32(2 * pi / 256)
    return FeatureArrays(features.width, features.height, codes, xy, size, angle)
