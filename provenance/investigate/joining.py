"""Known pictures are joined among themselves: which are copies of each other, and which only share a frame.

Every added picture is looked for among the known ones like a query. Two pictures that agree all over are one picture,
re-saved or cropped. Two that agree in part may be a repost with a sticker on it, or two photos in the same screenshot
frame: a pair alone does not say which, so what they share is kept, and each query is asked about it (rivals.py).
"""

from collections.abc import Callable, Iterator

import numpy as np

from provenance.index.base_features import FeatureIndex
from provenance.index.links import PART, WHOLE, Link, Links
from provenance.investigate.agreement import REGION, Cells
from provenance.investigate.looks import Look, Pair, paired
from provenance.ledger.base import Ledger
from provenance.model.features import FEATURES_RULE

LINK_FROM = 16.0  # digits; 28 pairs of unrelated photos in three sets reached 8 to 14.5 (docs/matching.md)
VOTES_FROM = 4
# Agreement from which two known pictures are one. Screenshots of one page with two dark photos agreed over 0.952 with
# 0.012 disagreeing; re-saved copies over 0.977 with 0.014 and more. Whoever falls short is a rival, not lost.
COPY_AGREES, COPY_DISAGREES, COPY_AREA = 0.965, 0.02, 0.3
WHOLE_FROM = 0.6  # of both pictures; a crop of a frame's header agrees all over with every screenshot in that frame
_ENTRIES_AT_ONCE = 50

Progress = Callable[[int, int], None]


def join(ledger: Ledger, index: FeatureIndex, links: Links, entries: int, progress: Progress | None = None) -> None:
    """Link what the entries below `entries` brought; cheap when nothing came. The index must reach as far."""
    if links.reaches == entries:
        return
    with links.joining:
        if links.reaches > entries:  # the ledger was put back to an earlier state
            links.forget()
        while (since := links.reaches) < entries:
            reaches = min(entries, since + _ENTRIES_AT_ONCE)
            changes = list(ledger.feature_changes(FEATURES_RULE, since=since, below=reaches))
            gone = {change.image_entry for change in changes if change.features is None}
            added = [change.image_entry for change in changes if change.features is not None]
            links.take(since, reaches, [link for entry in added for link in _links(entry, ledger, index)], gone)
            if progress is not None:
                progress(reaches, entries)


def _links(entry: int, ledger: Ledger, index: FeatureIndex) -> Iterator[Link]:
    mine = ledger.appearances([entry]).get(entry)
    look = None if mine is None else Look.known(mine)
    if mine is None or look is None:
        return
    voted = index.shortlist(look.features, votes_from=VOTES_FROM, left_out={entry})
    others = ledger.appearances({each.image_entry for each in voted})
    best: dict[int, Link] = {}
    for each in voted:
        other = others.get(each.image_entry)
        theirs = None if other is None else Look.known(other)
        if other is None or theirs is None:
            continue
        # One direction for both, whichever came first: the answer does not depend on the order of adding.
        swapped = other.image_id < mine.image_id
        one, two = (theirs, look) if swapped else (look, theirs)
        pair = paired(one, two, mirrored=each.mirrored, digits_from=LINK_FROM)
        if pair is None:
            continue
        ends = (each.image_entry, entry) if swapped else (entry, each.image_entry)
        link = _link(pair, *ends)
        if each.image_entry not in best or best[each.image_entry].digits < link.digits:
            best[each.image_entry] = link
    yield from best.values()


def _link(pair: Pair, query: int, known: int) -> Link:
    shared = {query: packed(pair.shared(of_query=True)), known: packed(pair.shared(of_query=False))}
    a, b = sorted((query, known))
    return Link(a, b, copied(pair), pair.laid.digits, shared[a], shared[b])


def copied(pair: Pair) -> int:
    """WHOLE or PART (index.links) where all that both show agrees, over a good part of the smaller one; else 0."""
    seen = pair.agreement
    agrees = seen.agreeing >= COPY_AGREES and seen.largest_disagreeing <= COPY_DISAGREES
    if not (agrees and seen.largest_agreeing >= COPY_AREA):
        return 0
    return WHOLE if min(seen.query_overlap, seen.known_overlap) >= WHOLE_FROM else PART


def packed(cells: Cells) -> bytes:
    return np.packbits(cells).tobytes()


def unpacked(bits: bytes) -> Cells:
    return np.unpackbits(np.frombuffer(bits, np.uint8)).astype(bool).reshape(REGION, REGION)
