"""PDQ: 256 bits of the signs of a 16 x 16 cosine transform, made by Facebook for finding copies of photos."""

import numpy as np
import pdqhash

from provenance.examine.fingerprints.base import Picture, packed
from provenance.model.fingerprint import RASTER_RULE, Fingerprint


class Pdq:
    """With quality, and with the values of the picture turned and mirrored: pdqhash derives them from one transform.

    Below quality 50 the picture has little detail and its value says little; it is given all the same.
    """

    kind = "pdq"
    needs_pixels = True
    same_within = 31  # of 256; what its authors recommend (ThreatExchange, hashing/hashing.pdf)

    def compute(self, picture: Picture) -> Fingerprint:
        values, quality = pdqhash.compute_dihedral(np.asarray(picture.pixels.small))
        as_it_is, *turned = (packed(bits) for bits in values)
        return Fingerprint(self.kind, as_it_is, RASTER_RULE, int(quality), tuple(turned))
