"""The classic 64-bit fingerprints, by imagehash's own functions."""

import imagehash

from provenance.examine.fingerprints.base import Picture, packed
from provenance.model.fingerprint import RASTER_RULE, Fingerprint

_WAVELET_PX = 64  # imagehash takes the picture's own size when not told, so one picture in two sizes would differ


class PHash:
    """Signs of the lowest 8 x 8 frequencies of a cosine transform."""

    kind = "phash"
    needs_pixels = True
    same_within = 6  # of 64; see docs/fingerprints.md for how these three were found

    def compute(self, picture: Picture) -> Fingerprint:
        return Fingerprint(self.kind, packed(imagehash.phash(picture.pixels.grey).hash), RASTER_RULE)


class DHash:
    """Whether each of 8 x 8 cells is darker than its right neighbour."""

    kind = "dhash"
    needs_pixels = True
    same_within = 3

    def compute(self, picture: Picture) -> Fingerprint:
        return Fingerprint(self.kind, packed(imagehash.dhash(picture.pixels.grey).hash), RASTER_RULE)


class WHash:
    """Whether each of 8 x 8 cells, by Haar wavelets, is brighter than the median."""

    kind = "whash"
    needs_pixels = True
    same_within = 0  # differing pictures in one frame (screenshots) often share the very value

    def compute(self, picture: Picture) -> Fingerprint:
        # Taking the mean away first moves the median along and changes no bit, save that rounding then decides over
        # equal cells: flat areas came out differently in 7 of 642 pictures, worse in 5 of these.
        value = imagehash.whash(picture.pixels.grey, image_scale=_WAVELET_PX, remove_max_haar_ll=False)
        return Fingerprint(self.kind, packed(value.hash), RASTER_RULE)
