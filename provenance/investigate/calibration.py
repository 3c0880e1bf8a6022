"""Measured error for each threshold of the score: what edits of known pictures find, and what they find wrongly.

Knows no picture and no store: a plan says which edits to make, outcomes say what became of them, and a calibration
counts. docs/calibration.md says what the figures mean and what they do not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt
from random import Random
from typing import NamedTuple, Protocol

from provenance.model.dossier import COPIES, Match

BACKGROUND = "background"  # the family of finding the picture that another one was pasted into
_Z95 = 1.959964  # of the normal distribution, two-sided 95 %
_STEP = 10_000  # thresholds are given to four decimals


class MakesEdits(Protocol):
    """What is asked of an edit: its name, its family, and how many other pictures it needs."""

    @property
    def name(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def others(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Trial:
    """One edit to be made of one known picture, and of others where it needs some. `parts` are image ids."""

    edit: str
    family: str
    parts: tuple[str, ...]  # the picture itself first
    seed: int


@dataclass(frozen=True, slots=True)
class TruePair:
    """An edit and a picture that is in it; `score` is None where it was not found as a copy."""

    family: str
    score: float | None


@dataclass(frozen=True, slots=True)
class FalseMatch:
    """A copy that the engine reports and that is none, as far as is known."""

    trial: Trial
    known_id: str
    score: float
    because: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one trial. `unread` says why no edit could be made of it; then there is nothing else."""

    trial: Trial
    true_pairs: tuple[TruePair, ...] = ()
    false_matches: tuple[FalseMatch, ...] = ()
    unread: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A measured share with its 95 % interval. Of nothing: 0 to 1."""

    count: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        return self.count / self.of if self.of else None


class Row(NamedTuple):
    """The error of one threshold: matches scored at it or above count."""

    threshold: float
    recall: Share
    false_rate: Share  # of edits with any false match


class Recommended(NamedTuple):
    """The lowest threshold at which no more than `at_most` of the edits had a false match.

    `shown`: whether the interval's upper end is within `at_most` too. Where it is not, `edits_needed` of them without
    any false match would be the fewest to show it.
    """

    at_most: float
    row: Row
    shown: bool
    edits_needed: int


def plan(edits: Sequence[MakesEdits], pictures: Sequence[str], *, each: int, seed: int) -> list[Trial]:
    """`each` edits of every picture; over all of them every edit is made about equally often.

    The other pictures of an edit are drawn from the same ones, again and again where there are few.
    """
    random = Random(seed)  # noqa: S311 - chance that can be repeated
    deck = random.sample(list(edits), len(edits))
    trials = []
    for nth, picture in enumerate(pictures):
        elsewhere = [other for other in pictures if other != picture]
        for turn in range(nth * each, (nth + 1) * each):
            edit = deck[turn % len(deck)]
            others = random.sample(elsewhere, min(edit.others, len(elsewhere)))
            others += random.choices(elsewhere, k=edit.others - len(others)) if edit.others > len(others) else []
            trials.append(Trial(edit.name, edit.family, (picture, *others), random.getrandbits(32)))
    return trials


def judged(trial: Trial, matches: Iterable[Match], copies: Mapping[str, frozenset[str]]) -> Outcome:
    """Sort what was found for an edit into true and false.

    `copies` are, for each part, the known pictures that the engine takes for copies of it unedited. What they are is
    not known, so they count neither way.
    """
    found = {m.known.id: m for m in matches if m.relation in COPIES}
    parts = dict.fromkeys(trial.parts)
    unknown = frozenset[str]().union(*(copies[part] for part in parts))
    true_pairs = [TruePair(_family(trial, part), found[part].score if part in found else None) for part in parts]
    false_matches = [
        FalseMatch(trial, m.known.id, m.score, m.because)
        for m in found.values()
        if m.known.id not in parts and m.known.id not in unknown
    ]
    return Outcome(trial, tuple(true_pairs), tuple(false_matches))


def _family(trial: Trial, part: str) -> str:
    pasted_into = len(trial.parts) == 2 and part != trial.parts[0]
    return BACKGROUND if pasted_into else trial.family


class Calibration:
    """What the outcomes of all trials come to."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self.unread = Counter[str]()
        self.false_matches: list[FalseMatch] = []
        self._pictures = set[str]()
        self._true: dict[str, list[float]] = defaultdict(list)  # a score for each true pair, -1 where not found
        self._worst: list[float] = []  # the best score of a false match of each edit, -1 where it had none
        for outcome in outcomes:
            if outcome.unread is not None:
                self.unread[outcome.unread] += 1
                continue
            self._pictures.add(outcome.trial.parts[0])
            for pair in outcome.true_pairs:
                self._true[pair.family].append(-1.0 if pair.score is None else pair.score)
            self._worst.append(max((m.score for m in outcome.false_matches), default=-1.0))
            self.false_matches += outcome.false_matches
        self.false_matches.sort(key=lambda m: (-m.score, m.known_id))

    @property
    def edits(self) -> int:
        """How many were made and looked up."""
        return len(self._worst)

    @property
    def pictures(self) -> int:
        """Of how many known pictures they were made, backgrounds not counted."""
        return len(self._pictures)

    @property
    def families(self) -> list[str]:
        return sorted(self._true)

    def at(self, threshold: float) -> Row:
        return Row(threshold, self.recall(threshold), _share_from(threshold, self._worst))

    def recall(self, threshold: float, family: str | None = None) -> Share:
        """The share of true pairs found with this score or more: of one family, or of all."""
        scores = [s for name, of_one in self._true.items() if family in (None, name) for s in of_one]
        return _share_from(threshold, scores)

    def recommended(self, at_most: float) -> Recommended:
        allowed = floor(at_most * self.edits + 1e-9)
        highest = sorted(self._worst, reverse=True)
        row = self.at(_just_above(highest[allowed]) if allowed < len(highest) else 0.0)
        return Recommended(at_most, row, row.false_rate.high <= at_most, edits_needed=ceil(3 / at_most - 1e-9))


def _just_above(score: float) -> float:
    """The next threshold that this score, -1 where there was none, does not reach."""
    if score < 0:
        return 0.0
    steps = floor(score * _STEP) + 1
    return steps / _STEP if steps / _STEP > score else (steps + 1) / _STEP


def _share_from(threshold: float, scores: Sequence[float]) -> Share:
    return share(sum(score >= threshold for score in scores), len(scores))


def share(count: int, of: int) -> Share:
    """With Wilson's interval (1927); of none at all, up to 3/n, the rule of three (Hanley and Lippman-Hand, 1983)."""
    if of == 0:
        return Share(0, 0, 0.0, 1.0)
    if count == 0:
        return Share(0, of, 0.0, min(1.0, 3 / of))
    p, z2 = count / of, _Z95 * _Z95
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z95 / (1 + z2 / of) * sqrt(p * (1 - p) / of + z2 / (4 * of * of))
    return Share(count, of, max(0.0, middle - half), 1.0 if count == of else min(1.0, middle + half))
