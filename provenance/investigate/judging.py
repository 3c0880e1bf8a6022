"""Holding one picture against another: how the one lies on the other, and what speaks for their being one picture.

Local features say how, the previews whether it holds, other known pictures what of it is theirs as well. Where the
features are too few, whole frames are laid on each other instead (verify.py); where nothing is to be laid, a hash
alone remains.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from provenance.index.base import EXACT_WITHIN
from provenance.index.links import Links
from provenance.investigate import verify
from provenance.investigate.agreement import Agreement, Levels, agreement
from provenance.investigate.geometry import exactness
from provenance.investigate.looks import Look, Pair, between, paired
from provenance.investigate.rivals import Own, own
from provenance.investigate.score import FITS_FROM, Support, gradient_digits, hash_digits
from provenance.ledger.base import Appearance
from provenance.model.dossier import MatchedPoint, Relation, Transform
from provenance.model.feature_arrays import FeatureArrays, arrays
from provenance.model.features import FEATURES_RULE
from provenance.model.findings import Findings, Preview
from provenance.model.fingerprint import Fingerprint

# Bits beyond EXACT_WITHIN at which whole frames are still laid on each other, for pictures too plain for features: an
# unrelated pair lies within 108 bits with probability 0.007 (binomial, 256 fair bits).
CANDIDATES_WITHIN = 108
# PDQ's authors discard hashes of quality under 50: too little gradient to tell pictures apart.
DETAIL_FROM = 50
# Correlation of gradients from which two whole frames lie on each other, and what is needed at the far end of
# CANDIDATES_WITHIN: the further the hashes, the better the pixels must agree.
LIES_ON_FROM = 0.35
AGREES_AT_FAR_END = 0.6
# A map by features that chance alone would give once in ten pictures is looked at; the score decides.
LOOKED_AT_FROM = 1.0
SAME_FRAME_FROM = 0.95  # overlap of both pictures from which nothing was cut off (the contract's figure)
_UNTOUCHED_BELOW = 0.03  # of the overlap: a larger area that disagrees was pasted over
_UPRIGHT_WITHIN = 0.05  # radians
_UNSEEN = 0.7  # stands for area and own share where only hashes were compared


@dataclass(frozen=True)
class Subject:
    """One of two pictures to be held against each other."""

    width: int | None
    height: int | None
    pdq: Fingerprint | None
    preview: Preview | None
    id: str
    entry: int | None  # of a known picture
    seen: Findings | Appearance

    @classmethod
    def of(cls, findings: Findings) -> "Subject":
        image = findings.image
        return cls(image.width, image.height, findings.fingerprint("pdq"), findings.preview, image.id, None, findings)

    @classmethod
    def known(cls, seen: Appearance) -> "Subject":
        return cls(seen.width, seen.height, seen.pdq, seen.preview, seen.image_id, seen.image_entry, seen)

    @cached_property
    def look(self) -> Look | None:
        return Look.of(self.seen) if isinstance(self.seen, Findings) else Look.known(self.seen)

    @cached_property
    def all_features(self) -> FeatureArrays | None:
        """Also those of a known picture that are too weak to be indexed."""
        features = self.seen.features
        return arrays(features) if features is not None and features.rule == FEATURES_RULE else None

    @cached_property
    def levels(self) -> Levels | None:
        if self.look is not None:
            return self.look.levels
        return None if self.preview is None else Levels(self.preview)

    @property
    def size(self) -> tuple[int, int]:
        return self.width or 1, self.height or 1

    @property
    def has_detail(self) -> bool:
        return self.pdq is not None and (self.pdq.quality or 0) >= DETAIL_FROM


@dataclass(frozen=True)
class Judgement:
    """What holding two pictures against each other showed. `distance` in bits, in the turn of model TURNS `turn`."""

    support: Support
    relation: Relation
    transform: Transform | None
    distance: int | None
    turn: int
    pair: Pair | None = None  # laid by features
    alignment: verify.Alignment | None = None  # laid as whole frames
    agreement: Agreement | None = None
    own: Own | None = None

    @property
    def score(self) -> float:
        return self.support.score

    @property
    def query_overlap(self) -> float | None:
        laid = self.agreement or self.alignment
        return None if laid is None else laid.query_overlap

    @property
    def known_overlap(self) -> float | None:
        laid = self.agreement or self.alignment
        return None if laid is None else laid.known_overlap

    @property
    def points(self) -> tuple[MatchedPoint, ...]:
        if self.pair is None:
            return ()
        return tuple(MatchedPoint((qx, qy), (kx, ky)) for qx, qy, kx, ky in self.pair.points)


def judge(
    query: Subject, known: Subject, links: Links | None, *, views: Collection[bool] = (False, True), quick: bool = False
) -> Judgement | None:
    """What speaks for the two being one picture, in the views (mirrored or not) asked for; None where nothing does."""
    distance, turn = nearest_turn(query.pdq, known.pdq)
    if quick:
        return _by_hash(query, known, distance, turn)
    pair = _best_pair(query, known, views)
    if pair is not None:
        return _by_features(pair, known, links, distance, turn)
    return _by_whole_frames(query, known, distance, turn)


def judge_again(
    before: Judgement, known: Subject, links: Links | None, relatives: Collection[int], at_most: float
) -> Judgement:
    """The same, with those rivals passed over that the query is surely a copy of.

    Never less than before, and lifted to `at_most` log odds: not above what it was lifted by.
    """
    if before.pair is None or before.own is None or not before.own.rivals:
        return before
    again = _by_features(before.pair, known, links, before.distance, before.turn, relatives)
    again = replace(again, support=replace(again.support, at_most=at_most))
    return again if again.own != before.own and again.score > before.score else before


def nearest_turn(query: Fingerprint | None, known: Fingerprint | None) -> tuple[int | None, int]:
    """The least distance of the query's value, turned in any way, to the known one, and the way (of TURNS)."""
    if query is None or known is None or query.rule != known.rule:
        return None, 0
    apart = [Fingerprint(query.kind, value, query.rule).distance(known) for value in (query.value, *query.turned)]
    return min(apart), apart.index(min(apart))


def _best_pair(query: Subject, known: Subject, views: Collection[bool]) -> Pair | None:
    if query.look is None or known.look is None:
        return None
    look, other = query.look, known.look
    tried = (paired(look, other, mirrored=mirrored, digits_from=LOOKED_AT_FROM) for mirrored in views)
    found = [pair for pair in tried if pair is not None]
    return max(found, key=lambda pair: pair.laid.digits * pair.agreement.agreeing, default=None)


def _by_features(
    pair: Pair, known: Subject, links: Links | None, distance: int | None, turn: int, relatives: Collection[int] = ()
) -> Judgement:
    seen = pair.agreement
    alone = own(pair, known.entry, links, relatives)
    hashed = hash_digits(distance) if distance is not None and distance <= EXACT_WITHIN else 0.0
    support = Support(
        pair.laid.digits + hashed,
        alone.digits + hashed * alone.least,
        seen.largest_agreeing,
        alone.least,
        alone.relatives > 0,
        _fit(pair),
    )
    matrix = pair.matrix
    relation: Relation = "same_picture" if _is_whole(pair, matrix) else "edited_copy"
    return Judgement(support, relation, verify.transform(matrix), distance, turn, pair, None, seen, alone)


def _fit(pair: Pair) -> float:
    query, known = (pair.query.mirrored if pair.mirrored else pair.query).features, pair.known.features
    agreeing = pair.agreement.agreeing
    fit = agreeing + exactness(query, known, pair.laid, perspective=False)
    return fit if fit >= FITS_FROM else agreeing + exactness(query, known, pair.laid, perspective=True)


def _is_whole(pair: Pair, matrix: verify.Matrix) -> bool:
    seen = pair.agreement
    upright = not pair.mirrored and abs(np.arctan2(matrix[1, 0], matrix[0, 0])) <= _UPRIGHT_WITHIN
    whole = min(seen.query_overlap, seen.known_overlap) >= SAME_FRAME_FROM
    return bool(upright and whole and seen.largest_disagreeing < _UNTOUCHED_BELOW)


def _by_whole_frames(query: Subject, known: Subject, distance: int | None, turn: int) -> Judgement | None:
    """For pictures with too few features: previews registered as a whole, believed the less the further the hashes."""
    if distance is None or distance > CANDIDATES_WITHIN:
        return None
    if query.preview is None or known.preview is None:
        return _by_hash(query, known, distance, turn)
    laid = verify.align((query.size, query.preview), (known.size, known.preview), turn=turn)
    if laid is None or laid.agreement < max(LIES_ON_FROM, agreement_needed(distance)):
        hashed = _by_hash(query, known, distance, turn)
        return hashed and replace(hashed, support=replace(hashed.support, area=0.4, own=0.4))
    seen = _agreement_of(laid, query, known)
    digits = hash_digits(distance) + gradient_digits(laid.agreement, laid.pixels)
    likeness, area = (seen.likeness, seen.largest_agreeing) if seen else (laid.agreement, laid.query_overlap)
    support = Support(digits, digits, area, likeness)
    whole = min(laid.query_overlap, laid.known_overlap) >= SAME_FRAME_FROM
    relation: Relation = "same_picture" if whole and turn == 0 and distance <= EXACT_WITHIN else "edited_copy"
    return Judgement(support, relation, laid.transform, distance, turn, None, laid, seen)


def _agreement_of(laid: verify.Alignment, query: Subject, known: Subject) -> Agreement | None:
    if query.levels is None or known.levels is None:
        return None
    onto = between(known.size, known.levels.size) @ np.array(laid.transform.matrix)
    return agreement(query.levels, known.levels, onto @ np.linalg.inv(between(query.size, query.levels.size)))


def _by_hash(query: Subject, known: Subject, distance: int | None, turn: int) -> Judgement | None:
    if distance is None or distance > EXACT_WITHIN or not (query.has_detail and known.has_detail):
        return None
    digits = hash_digits(distance)
    support = Support(digits, digits, _UNSEEN, _UNSEEN)
    transform = verify.unaligned(turn, query.size, known.size)
    return Judgement(support, "edited_copy" if turn else "same_picture", transform, distance, turn)


def agreement_needed(distance: int) -> float:
    """What gradients must agree by to believe a candidate that many bits away."""
    share = (distance - EXACT_WITHIN) / (CANDIDATES_WITHIN - EXACT_WITHIN)
    return max(LIES_ON_FROM, AGREES_AT_FAR_END * share)
