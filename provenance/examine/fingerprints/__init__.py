"""THE LIST of fingerprints. A new one: one file here, one line below, one section in docs/fingerprints.md."""

from provenance.examine.fingerprints.base import FingerprintMaker
from provenance.examine.fingerprints.exact import Sha256
from provenance.examine.fingerprints.pdq import Pdq
from provenance.examine.fingerprints.perceptual import DHash, PHash, WHash

FINGERPRINTS: tuple[FingerprintMaker, ...] = (Sha256(), Pdq(), PHash(), DHash(), WHash())
