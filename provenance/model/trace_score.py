"""How far a sign can be relied on that held k times out of n."""

from math import sqrt

_Z = 1.959964  # two-sided 95 % of the normal distribution


def wilson_lower(held: int, of: int) -> float:
    """The lower end of the 95 % interval of a share (Wilson, 1927), to two digits. 0 where nothing was counted."""
    if of <= 0:
        return 0.0
    share, z2 = held / of, _Z * _Z
    centre = share + z2 / (2 * of)
    spread = _Z * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return round((centre - spread) / (1 + z2 / of), 2)
