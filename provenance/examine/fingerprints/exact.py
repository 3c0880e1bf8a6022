"""The identity of the bytes."""

import hashlib

from provenance.examine.fingerprints.base import Picture
from provenance.model.fingerprint import Fingerprint


class Sha256:
    """FIPS 180-4. One changed byte, in the pixels or in the metadata, and it is another value."""

    kind = "sha256"
    needs_pixels = False
    same_within = 0

    def compute(self, picture: Picture) -> Fingerprint:
        return Fingerprint(self.kind, hashlib.sha256(picture.data).digest(), rule="")
