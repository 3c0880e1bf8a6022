"""Local features: SIFT key points of the canonical raster, each with a 256-bit code and its place, size and angle.

SIFT (Lowe, IJCV 2004) by OpenCV. The code is B-SIFT's idea (Zhou et al., ACM MM 2012): each of the 128 numbers says in
two bits whether it is above the median, and above the upper quartile, of its own descriptor. Nothing is trained, and
mirroring a picture only permutes the bits.
"""

from collections import Counter

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from provenance.examine.decode.raster import HASHING_PX, Raster
from provenance.examine.options import FeatureOptions
from provenance.model.feature_arrays import GEOMETRY, SCALES_AN_OCTAVE, SMALLEST_SCALE_PX
from provenance.model.features import FEATURES_RULE, LocalFeatures

CONTRAST_FROM = 0.04  # Lowe's

ALIKE_AT_MOST = 3
_MEDIAN, _QUARTILE = 63, 95  # of 128 numbers sorted
cv2.setNumThreads(1)  # a locked worker starts no threads, and one photo must not take the other's core


def local_features(raster: Raster, options: FeatureOptions) -> LocalFeatures:
    """The strongest features, at most so many, strongest first."""
    picture = raster.grey.copy() if options.frame_px <= HASHING_PX else raster.image.convert("L")
    picture.thumbnail((options.frame_px, options.frame_px), Image.Resampling.HAMMING)
    return features_of(np.asarray(picture), options.at_most)


def features_of(grey: NDArray[np.uint8], at_most: int, contrast: float = CONTRAST_FROM) -> LocalFeatures:
    """The features of a grey picture, uint8, shape (height, width). Their order does not depend on OpenCV's."""
    # Without the precise upscale all positions lie a quarter of a pixel to the right and below.
    sift = cv2.SIFT.create(nfeatures=at_most, contrastThreshold=contrast, enable_precise_upscale=True)
    points, numbers = sift.detectAndCompute(grey, None)
    keys = [(-p.response, *p.pt, p.size, p.angle) for p in points]  # OpenCV keeps all that tie with the weakest
    order = sorted(range(len(points)), key=keys.__getitem__)[:at_most]
    codes = coded(np.asarray(numbers[order], np.float32)) if order else np.empty((0, 32), np.uint8)
    kept = _few_alike(codes)
    codes, order = codes[kept], [order[n] for n in kept]
    height, width = grey.shape
    geometry = np.empty(len(order), GEOMETRY)
    x, y, size, angle = np.array([(*points[i].pt, points[i].size, points[i].angle) for i in order]).reshape(-1, 4).T
    geometry["x"] = np.clip(np.rint(x * (65536 / width)), 0, 65535)
    geometry["y"] = np.clip(np.rint(y * (65536 / height)), 0, 65535)
    geometry["scale"] = np.clip(np.rint(np.log2(size / SMALLEST_SCALE_PX) * SCALES_AN_OCTAVE), 0, 255)
    geometry["angle"] = np.rint(angle * (256 / 360)).astype(np.int64) % 256
    return LocalFeatures(FEATURES_RULE, width, height, codes.tobytes(), geometry.tobytes())


def _few_alike(codes: NDArray[np.uint8]) -> list[int]:
    """Rows, without those whose very code came ALIKE_AT_MOST times before: a dot grid has hundreds, which tell nothing
    apart, and looking each up would cost as many times as many."""
    seen: Counter[bytes] = Counter()
    kept = []
    for row, code in enumerate(codes):
        seen[code.tobytes()] += 1
        if seen[code.tobytes()] <= ALIKE_AT_MOST:
            kept.append(row)
    return kept


def warm_up() -> None:
    """Runs all of it once, on noise, which has features: a locked worker can load nothing later."""
    noise = np.random.default_rng(1).integers(0, 256, (96, 96), np.uint8)
    assert features_of(noise, 10).count  # noqa: S101 - or nothing was warmed up


def coded(numbers: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Codes of SIFT descriptors: (n, 128) numbers become (n, 32) bytes."""
    ranked = np.sort(numbers, axis=1)
    above = (numbers > ranked[:, _MEDIAN, None], numbers > ranked[:, _QUARTILE, None])
    return np.packbits(np.concatenate(above, axis=1), axis=1)
