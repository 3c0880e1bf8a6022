"""How much each kind of evidence may say, in one table, with the reason. Natural logarithms of likelihood ratios.

A likelihood ratio of 5 says: this reading is five times likelier if the picture was taken there than if it was not.
The figures are judgements, set low where forging is easy, and they are caps: nothing says more, however often it is
repeated (one vote per origin, see fuse). No benchmark has held them against real cases yet.
"""

from math import log
from typing import NamedTuple


class Weight(NamedTuple):
    """The cap of one source and why it is no higher."""

    llr: float
    why: str


WEIGHTS: dict[str, Weight] = {
    "gps": Weight(log(60), "written by the camera, but a text field that any tool can set or copy"),
    "known_metadata": Weight(log(50), "the same, read from a known picture that this one was matched to"),
    "place_field": Weight(log(10), "IPTC and XMP place fields are typed in by people, often a desk away"),
    "caption": Weight(log(5), "a caption names places for many reasons: the event, the sender, the destination"),
    "sighting": Weight(log(5), "the caption of a publication of this picture: the same, by somebody else"),
    "claim": Weight(log(3), "an account's assertion; most are repeated from each other"),
    "clock": Weight(
        log(3),
        "one offset fits 1 in 7 of GeoNames' settlements (sum of squared shares, 14 November 2024), but places that"
        " compete are often neighbours, cameras keep their owner's zone on journeys and miss the change to summer time",
    ),
}

# Sources that propose no place: they weigh those that others propose, for or against, each place by itself. The cap
# holds both ways.
WEIGHING = frozenset({"clock"})

# The prior probability that the place is none of those proposed. A place is proposed only because something names it,
# so the others share what is left. Set so that a lone claim reads "unlikely" to "even" and a lone caption about even.
ELSEWHERE_PRIOR = 0.8

# Evidence for a wide area (a country) speaks for a place inside it as well, but says less of it than of the area.
WIDER_AREA_SHARE = 0.5


def shared(source: str, places: int) -> float:
    """The llr of one of `places` places named together by one origin: they share the vote."""
    ratio = 2.718281828459045 ** WEIGHTS[source].llr
    return log(1 + (ratio - 1) / max(places, 1))
