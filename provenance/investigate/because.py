"""What speaks for a match, in a sentence that a reader can check."""

from provenance.index.base import EXACT_WITHIN
from provenance.investigate.judging import DETAIL_FROM, Judgement, Subject
from provenance.investigate.scene import SceneEvidence
from provenance.investigate.score import PDQ_BITS
from provenance.model.findings import Findings
from provenance.model.fingerprint import TURNS

_WHOLE_FROM = 0.8  # of the known picture: then it is not said which part
_SURE_DIGITS = 300  # beyond it a power of ten says nothing more


def because(found: Judgement, query: Findings, known: Findings) -> str:
    parts = [*_laid(found), *_hashes(found, query, known), *_rivals(found)]
    return "; ".join(parts)


def because_scene(found: SceneEvidence) -> str:
    return (
        f"{found.inliers} of {found.matches} details fit two views of one place (chance: 1 in 10^"
        f"{min(round(found.significance), _SURE_DIGITS)}), spread over {found.spread:.0%} of the picture, "
        "but the pixels do not lie on each other as those of a copy do"
    )


def why_different(found: Judgement | None, a: Subject, b: Subject) -> str:
    if found is None and not (a.has_detail and b.has_detail):
        return f"one has too little detail to tell: PDQ quality under {DETAIL_FROM}, and few local features"
    if found is None:
        return "no part of one was found in the other"
    parts = [*_laid(found), *_distance(found)]
    return "too little speaks for it: " + "; ".join(parts)


def _laid(found: Judgement) -> list[str]:
    seen, pair = found.agreement, found.pair
    if pair is not None and seen is not None:
        digits = min(round(pair.laid.digits), _SURE_DIGITS)
        mirrored = ", mirrored," if pair.mirrored else ""
        said = [
            f"{len(pair.laid.pairs)} details of this picture{mirrored} lie on the known one by one map"
            f" (by chance: 1 in 10^{digits})",
            f"{seen.agreeing:.0%} of the textured overlap agrees",
        ]
    elif found.alignment is not None:
        said = [f"laid on each other as a whole their edges agree ({found.alignment.agreement:.2f} of 1)"]
    else:
        return []
    shows = f"it shows {found.known_overlap or 0:.0%} of the known picture"
    part = _part(found)
    said.append(f"{shows}{part}, on {found.query_overlap or 0:.0%} of this one")
    return said


def _part(found: Judgement) -> str:
    """Which part of the known picture the query shows, where it is not nearly all of it."""
    if found.agreement is None or (found.known_overlap or 0) >= _WHOLE_FROM:
        return ""
    down, across = found.agreement.grid.middle_of_known
    rows, columns = ("upper", "", "lower"), ("left", "", "right")
    words = [rows[min(2, int(down * 3))], columns[min(2, int(across * 3))]]
    return f" ({' '.join(word for word in words if word) or 'middle'})"


def _distance(found: Judgement) -> list[str]:
    if found.distance is None:
        return []
    turned = f" to the known picture {TURNS[found.turn]}" if found.turn else ""
    return [f"PDQ distance {found.distance} of {PDQ_BITS} (limit {EXACT_WITHIN}){turned}"]


def _hashes(found: Judgement, query: Findings, known: Findings) -> list[str]:
    if found.distance is None or (found.distance > EXACT_WITHIN and found.pair is not None):
        return []
    said = _distance(found)
    if not found.turn:
        said += [
            f"{name} {f.distance(other)} of 64"
            for kind, name in (("phash", "pHash"), ("dhash", "dHash"))
            if (f := query.fingerprint(kind)) and (other := known.fingerprint(kind)) and f.rule == other.rule
        ]
    return said


def _rivals(found: Judgement) -> list[str]:
    if found.own is None:
        return []
    count = found.own.rivals
    if not count:
        return (
            [
                "this is surely a copy of another known picture that shares a part with it; whether those two are one"
                " photo or only have a frame in common, no other picture shows"
            ]
            if found.own.relatives
            else []
        )
    others = "another known picture shows" if count == 1 else f"{count} other known pictures show"
    return [f"{others} a part of it too: of what the nearest does not show, {found.own.least:.0%} agrees"]
