"""What every fingerprint promises."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from provenance.errors import ReadError
from provenance.examine.decode.raster import Raster
from provenance.model.fingerprint import Fingerprint


@dataclass(frozen=True, slots=True)
class Picture:
    """What a fingerprint is computed from: the file's bytes, and its raster where the pixels could be read."""

    data: bytes
    raster: Raster | None = None

    @property
    def pixels(self) -> Raster:
        if self.raster is None:
            raise ReadError("the pixels could not be read")
        return self.raster


class FingerprintMaker(Protocol):
    """One kind of fingerprint. The same picture gives the same value, on every machine and in every process."""

    kind: str
    needs_pixels: bool
    same_within: int  # differing bits up to which two pictures are taken for one

    def compute(self, picture: Picture) -> Fingerprint: ...


def packed(bits: ArrayLike) -> bytes:
    """A row, or rows, of bits as bytes, first bit highest: their hex is what the libraries print."""
    return np.packbits(np.asarray(bits, bool)).tobytes()
