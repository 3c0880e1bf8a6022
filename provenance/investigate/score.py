"""One number for a match, 0..1, from what speaks for it. Only the order rests on it; the reasons stand in `because`."""

from dataclasses import dataclass
from math import inf, log1p, log10

import numpy as np

PDQ_BITS = 256
# Weights of a logistic regression of right against wrong matches, on the pictures of docs/matching.md; `calibrate`
# measures what a score means on the pictures of one's own ledger.
_CONSTANT = -8.2
_DIGITS, _OWN_DIGITS, _AREA, _OWN = 0.5, 1.0, 4.0, 5.0
# A copy's details lie exactly on each other, or its pixels agree. Of 66 pairs of photos of one street that looked like
# copies the two shares came to 0.84 to 1.29, to more than 1.15 in three; of the hardest edits of three sets to less
# than that in four.
FITS_FROM, _MISFIT = 1.15, 10.0
_BY_RELATIVES = 0.5  # less, where rivals were passed over because the query is surely a copy of them
_BENDS_AT = 3.0


@dataclass(frozen=True, slots=True)
class Support:
    """What speaks for a match. Shares are 0..1.

    `digits` is minus the decimal logarithm of how often chance alone does as well; `own_digits` the same of what no
    other picture shares. `area` is the largest connected area that agrees, of the smaller picture, `own` the smallest
    share that agrees where another known picture would not. `fit` is the share of details that lie exactly on each
    other plus that of the overlap which agrees, 0..2. `at_most` bounds the log odds.
    """

    digits: float
    own_digits: float
    area: float
    own: float
    by_relatives: bool = False
    fit: float = 2.0
    at_most: float = inf

    @property
    def log_odds(self) -> float:
        """For against: 0 where right and wrong matches were equally frequent, on the pictures the weights are from."""
        odds = (
            _CONSTANT
            + _DIGITS * log1p(max(0.0, self.digits))
            + _OWN_DIGITS * log1p(max(0.0, self.own_digits))
            + _AREA * self.area
            + _OWN * self.own
            - _BY_RELATIVES * self.by_relatives
            - _MISFIT * max(0.0, FITS_FROM - self.fit)
        )
        return min(odds, self.at_most)

    @property
    def score(self) -> float:
        """1/2 at even odds. More of anything scores higher, ever more slowly, and 1 is never reached."""
        odds = self.log_odds
        return 0.5 + 0.5 * odds / (abs(odds) + _BENDS_AT)


def hash_digits(distance: int) -> float:
    """-log10 of the chance that PDQ of unrelated pictures differs in at most `distance` bits.

    A third of the digits under 256 fair bits (normal tail, Mills ratio), because PDQ's bits are not independent.
    """
    z = (PDQ_BITS / 2 - distance) / (PDQ_BITS**0.5 / 2)
    if z <= 0:
        return 0.0
    return float((z * z / 2 + np.log(2.5066 * (z + 1 / (1 + log1p(z))))) / np.log(10)) / 3


def gradient_digits(correlation: float, pixels: int) -> float:
    """-log10 of the chance that the gradients of unrelated pictures correlate so well over so many pixels.

    -n/2 log10(1 - r²), one pixel in sixteen taken as independent.
    """
    r = min(max(correlation, 0.0), 0.9999)
    return -(pixels / 16) / 2 * log10(1 - r * r)


def scene_score(significance: float) -> float:
    """Of two photos of one place, from the a-contrario count of scene.py; never as high as a sure copy's."""
    return 0.5 * significance / (significance + 10)
