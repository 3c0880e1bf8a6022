"""What a query shares with a known picture that other known pictures do not have as well.

A screenshot frame, a meme's caption or a watermark is found in many unrelated pictures: agreeing there says nothing.
So each match is asked about its rivals, the known pictures that show a part of the matched one without surely being
it: does the query also agree where the matched picture and the rival differ? Two photos in one frame differ in the
photo, and a third photo in that frame agrees with neither there. A photo and its repost with a sticker differ under
the sticker, and a copy of the photo agrees there: so reposts do not hide their originals, and nothing need be decided
about the two beforehand.
"""

from collections.abc import Collection
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from provenance.index.links import Link, Links
from provenance.investigate.agreement import REGION, Cells
from provenance.investigate.geometry import accidents
from provenance.investigate.joining import unpacked
from provenance.investigate.looks import Pair

_NEIGHBOURS = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Own:
    """How far a match rests on what its rivals do not show.

    `least` is the smallest share, over the rivals, of the textured grid points outside what the matched picture and
    the rival share at which the query agrees (0..1, drawn to a half by 4 points' worth where few are seen); with no
    rival, of all points. `digits` is the a-contrario count of those features that no rival shows.
    """

    least: float
    digits: float
    rivals: int
    relatives: int = 0  # of those that would be rivals, the ones that the query is surely a copy of


def own(pair: Pair, entry: int | None, links: Links | None, relatives: Collection[int] = ()) -> Own:
    """What speaks for this pair alone; `entry` is the known picture's, None for one that is not known.

    `relatives` are known pictures that the query is surely a copy of. What they share with the matched one speaks
    for it, so they are no rivals: a photo's repost with a sticker on it is found beside the photo.
    """
    grid = pair.agreement.grid
    everywhere = _share(grid.agrees, ~grid.flat)
    all_rivals = [] if entry is None or links is None else _rivals(entry, links)
    rivals = [link for link in all_rivals if entry is None or link.other(entry) not in relatives]
    spared = len(all_rivals) - len(rivals)
    if entry is None or not rivals:
        return Own(everywhere, pair.laid.digits, 0, spared)
    features = pair.known.features
    partners = pair.laid.pairs[:, 1]
    size = np.array([features.width, features.height])
    column, row = np.clip((features.xy[partners] * (REGION / size)).astype(int), 0, REGION - 1).T
    spots = row * REGION + column
    least = everywhere
    in_none = np.ones(REGION * REGION, bool)
    for rival in rivals:
        outside = ~covered(unpacked(rival.shared(entry))).ravel()
        in_none &= outside
        seen = outside[grid.known_cells]
        least = min(least, _share(grid.agrees & seen, ~grid.flat & seen))
    kept = int(in_none[spots].sum())
    laid = pair.laid
    lost = len(laid.pairs) - kept
    digits = accidents(max(laid.inside - lost, kept), kept, laid.chance, laid.tried) if kept >= 3 else 0.0
    return Own(least, digits, len(rivals), spared)


def covered(cells: Cells) -> Cells:
    """Shared cells without small holes, and with a rim: what is hardly beside a shared cell is not told apart."""
    closed = cv2.morphologyEx(cells.astype(np.uint8), cv2.MORPH_CLOSE, _NEIGHBOURS)
    return np.asarray(cv2.dilate(closed, _NEIGHBOURS) > 0)


def _rivals(entry: int, links: Links) -> list[Link]:
    found = links.rivals(entry)
    same = links.group(entry) if found else ()
    return [link for link in found if link.other(entry) not in same]


def _share(agrees: NDArray[np.bool_], textured: NDArray[np.bool_]) -> float:
    return (float(agrees.sum()) + 2) / (float(textured.sum()) + 4)
