"""Which known pictures this one may be, or be made from, and because of what.

Two steps: PDQ brings candidates (the picture's own value and its seven turned ones), and laying the previews on each
other says whether they agree. Both numbers are kept apart in `because` and joined only in the score.
"""

from math import log1p, log10
from typing import NamedTuple

import numpy as np

from provenance.index.base import EXACT_WITHIN, HashIndex
from provenance.investigate.verify import Alignment, align, unaligned
from provenance.ledger.base import Ledger
from provenance.model.dossier import Comparison, KnownImage, Match, Relation
from provenance.model.findings import Findings, Gap
from provenance.model.fingerprint import TURNS, Fingerprint

PDQ_BITS = 256
# Beyond EXACT_WITHIN a hash alone says little, but it brings candidates that pixels can confirm: an unrelated pair lies
# within 108 bits with probability 0.007 (binomial, 256 fair bits), an edited copy of the whole frame mostly does.
CANDIDATES_WITHIN = 108
CANDIDATES_AT_MOST = 10
LAID_AT_MOST = 50  # at 4 ms each; of more known copies of one picture the further are judged by their hash alone
# Correlation of gradients from which two pictures lie on each other, and what is needed to believe a candidate whose
# hash is at the far end of CANDIDATES_WITHIN: the further the hashes, the better the pixels must agree. On the pictures
# of docs/matching.md this kept 106 of 114 true candidates and no false one but pictures sharing a template; two photos
# of one place reach 0.46.
LIES_ON_FROM = 0.35
AGREES_AT_FAR_END = 0.6
SAME_FRAME_FROM = 0.95  # overlap of both pictures from which nothing was cut off (the contract's figure)
# PDQ's authors discard hashes of quality under 50: too little gradient to tell pictures apart.
DETAIL_FROM = 50


class Basis(NamedTuple):
    """What speaks for a pair: bits apart in the best turn, and the alignment, where one was looked for and found."""

    distance: int
    turn: int
    alignment: Alignment | None


def find_matches(
    findings: Findings, ledger: Ledger, index: HashIndex, *, quick: bool
) -> tuple[tuple[Match, ...], tuple[Gap, ...]]:
    """Matches sorted by score, best first, and what could not be compared."""
    identical = tuple(
        Match(known, "identical", 1.0, None, 1.0, 1.0, f"the same bytes: SHA-256 {known.id[:12]}…")
        for known in ledger.known([findings.image.id]).values()
    )
    pdq = findings.fingerprint("pdq")
    if pdq is None:
        return identical, (Gap("matching", "no pixels could be read, so only identical files could be looked for"),)
    found = []
    near = _near(pdq, ledger, index, EXACT_WITHIN if quick else CANDIDATES_WITHIN)
    others = [each for each in near if each[0].id != findings.image.id]
    for nth, (known, distance, turn) in enumerate(others):
        match = _judged(findings, known, distance, turn, quick=quick or nth >= LAID_AT_MOST)
        if match is not None:
            found.append(match)
    found.sort(key=lambda m: (-m.score, m.known.id))
    return (*identical, *found), _too_plain(pdq)


def compare(a: Findings, b: Findings) -> Comparison:
    """Hold two pictures against each other, whatever their distance."""
    distances = {
        f.kind: min(_distances(f, other))
        for f in a.fingerprints
        if f.kind != "sha256" and (other := b.fingerprint(f.kind)) is not None and other.rule == f.rule
    }
    if a.image.id == b.image.id:
        because = f"the same bytes: SHA-256 {a.image.id[:12]}…"
        return Comparison(a, b, "identical", 1.0, None, 1.0, 1.0, distances, because)
    pa, pb = a.fingerprint("pdq"), b.fingerprint("pdq")
    if pa is None or pb is None or pa.rule != pb.rule:
        return Comparison(a, b, "different", 0.0, None, None, None, distances, "pixels of one could not be read")
    turns = _distances(pa, pb)
    turn = turns.index(min(turns))
    known = KnownImage(b.image.id, (b.image.name,), (), b)
    match = _judged(a, known, turns[turn], turn, quick=False)
    if match is None and not _has_detail(a, b):
        because = f"PDQ distance {turns[turn]} of {PDQ_BITS}, but one has too little detail to tell by it"
        return Comparison(a, b, "different", 0.0, None, None, None, distances, because)
    if match is None:
        because = f"PDQ distance {turns[turn]} of {PDQ_BITS} (limit {EXACT_WITHIN}); laid on each other they disagree"
        return Comparison(a, b, "different", 0.0, None, None, None, distances, because)
    return Comparison(
        a, b, match.relation, match.score, match.transform, match.query_overlap, match.known_overlap,
        distances, match.because,
    )  # fmt: skip


def agreement_needed(distance: int) -> float:
    """What gradients must agree by to believe a candidate that many bits away, when the hash alone does not suffice."""
    share = (distance - EXACT_WITHIN) / (CANDIDATES_WITHIN - EXACT_WITHIN)
    return max(LIES_ON_FROM, AGREES_AT_FAR_END * share)


def _distances(a: Fingerprint, b: Fingerprint) -> list[int]:
    own = [a.distance(b)]
    return own + [Fingerprint(a.kind, value, a.rule).distance(b) for value in a.turned]


def _near(pdq: Fingerprint, ledger: Ledger, index: HashIndex, distance: int) -> list[tuple[KnownImage, int, int]]:
    """The nearest known pictures in their best turn: all within the exact limit, and the next few beyond it."""
    index.catch_up(ledger.entries())
    turned = (pdq.value, *pdq.turned)
    hits = index.within(turned, min(distance, EXACT_WITHIN))
    if distance > EXACT_WITHIN and len({hit.image_entry for hit in hits}) < CANDIDATES_AT_MOST:
        hits += index.within(turned, distance, nearest=len(hits) + CANDIDATES_AT_MOST)
    best: dict[int, tuple[int, int]] = {}
    for hit in hits:
        best[hit.image_entry] = min(best.get(hit.image_entry, (PDQ_BITS, 0)), (hit.distance, hit.query))
    taken = sorted((apart, entry, turn) for entry, (apart, turn) in best.items())
    known = ledger.known_by_entry(entry for _, entry, _ in taken)
    return [(known[entry], apart, turn) for apart, entry, turn in taken if entry in known]


def _judged(query: Findings, known: KnownImage, distance: int, turn: int, *, quick: bool) -> Match | None:
    alignment = None if quick else _laid(query, known.findings, turn)
    believed = alignment is not None and alignment.agreement >= agreement_needed(distance)
    if not believed and (distance > EXACT_WITHIN or not _has_detail(query, known.findings)):
        return None
    laid = alignment if alignment is not None and alignment.agreement >= LIES_ON_FROM else None
    basis = Basis(distance, turn, laid)
    return Match(
        known=known,
        relation=_relation(basis),
        score=_score(basis),
        transform=laid.transform if laid else unaligned(turn, query.image, known.findings.image),
        query_overlap=laid.query_overlap if laid else None,
        known_overlap=laid.known_overlap if laid else None,
        because=_because(query, known.findings, basis, looked=not quick),
    )


def _laid(query: Findings, known: Findings, turn: int) -> Alignment | None:
    if query.preview is None or known.preview is None:
        return None
    return align((query.image, query.preview), (known.image, known.preview), turn=turn)


def _has_detail(a: Findings, b: Findings) -> bool:
    return all((p := f.fingerprint("pdq")) is not None and (p.quality or 0) >= DETAIL_FROM for f in (a, b))


def _relation(basis: Basis) -> Relation:
    if basis.turn != 0:
        return "edited_copy"
    if basis.alignment is None:
        return "same_picture"
    whole = min(basis.alignment.query_overlap, basis.alignment.known_overlap) >= SAME_FRAME_FROM
    return "same_picture" if whole and basis.distance <= EXACT_WITHIN else "edited_copy"


def _score(basis: Basis) -> float:
    """0..1, monotone in the evidence and never at 1: x / (x + 30), x in decimal digits against chance.

    A hash `d` bits apart is worth a third of its digits under 256 fair bits, because PDQ's bits are not independent;
    the gradients' correlation r over n pixels -n/2 log10(1 - r²), one in sixteen of them taken as independent. The
    two factors and 30 were set on the pictures of docs/matching.md; only the order of scores rests on them.
    """
    digits = _digits_below(basis.distance) / 3
    if basis.alignment is not None:
        r = min(max(basis.alignment.agreement, 0.0), 0.9999)
        digits += -(basis.alignment.pixels / 16) / 2 * log10(1 - r * r)
    return digits / (digits + 30)


def _digits_below(distance: int) -> float:
    """-log10 of the chance that 256 fair bits differ in at most `distance` places (normal tail, Mills ratio)."""
    z = (PDQ_BITS / 2 - distance) / (PDQ_BITS**0.5 / 2)
    if z <= 0:
        return 0.0
    return float((z * z / 2 + np.log(2.5066 * (z + 1 / (1 + log1p(z))))) / np.log(10))


def _because(query: Findings, known: Findings, basis: Basis, *, looked: bool) -> str:
    parts = [f"PDQ distance {basis.distance} of {PDQ_BITS} (limit {EXACT_WITHIN})"]
    if basis.turn:
        parts[0] += f" to the known picture {TURNS[basis.turn]}"
    else:
        parts += [
            f"{name} {f.distance(other)} of 64"
            for kind, name in (("phash", "pHash"), ("dhash", "dHash"))
            if (f := query.fingerprint(kind)) and (other := known.fingerprint(kind)) and f.rule == other.rule
        ]
    laid, needed = basis.alignment, agreement_needed(basis.distance)
    if laid is not None:
        parts.append(
            f"laid on each other their edges agree ({laid.agreement:.2f} of 1, needed {needed:.2f})"
            f", showing {laid.query_overlap:.0%} of this and {laid.known_overlap:.0%} of the known picture"
        )
    elif looked:
        parts.append("laid on each other their edges do not agree")
    return "; ".join(parts)


def _too_plain(pdq: Fingerprint) -> tuple[Gap, ...]:
    if pdq.quality is None or pdq.quality >= DETAIL_FROM:
        return ()
    why = f"too little detail to match by hash alone: PDQ quality {pdq.quality}, at least {DETAIL_FROM} is needed"
    return (Gap("matching", why),)
