"""Which known pictures this one may be, or be made from, and because of what.

Two indexes bring candidates: PDQ the near copies of whole frames, local features whatever shares a part. Each is held
against the picture (judging.py) and asked about other known pictures that show the same part (rivals.py).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from math import inf

from provenance.index.base import EXACT_WITHIN
from provenance.index.links import Links
from provenance.investigate import scene
from provenance.investigate.because import because, because_scene, why_different
from provenance.investigate.joining import Progress, join
from provenance.investigate.judging import CANDIDATES_WITHIN, DETAIL_FROM, Judgement, Subject, judge, judge_again
from provenance.investigate.parts import Stores
from provenance.investigate.score import scene_score
from provenance.model.dossier import Comparison, KnownImage, Match
from provenance.model.findings import Findings, Gap
from provenance.model.fingerprint import TURNS, bits_apart

CANDIDATES_AT_MOST = 20
# With fewer than enough votes a picture is looked at only until something sure explains so much of this one.
VOTES_FROM, ENOUGH_VOTES, EXPLAINED_FROM = 3, 4, 0.8
SCENES_LOOKED_AT = 8  # of the candidates that are no copies, those with the most votes: 5 ms each
NEAR_AT_MOST = 500  # of more known pictures within the exact limit of hashes only the nearest are told
LAID_AT_MOST = 50  # of more near copies of one picture the further are judged by their hash alone
# Below this a match is not told: of those just below, six were wrong for one that was right (docs/matching.md).
TOLD_FROM = 1 / 3
# A copy is not doubted from here; below, one whose details a homography moves (a flat thing, tilted) remains one.
# All 66 pairs of photos of one street that were taken for copies fell under the first.
COPY_FITS, COPY_AGREES, FLAT_FROM, DOUBTED_BY = 1.5, 0.82, 0.77, 16
SURE_FROM = 2.5  # log odds; wrong matches reached 2.3 (docs/matching.md)
FEW_FEATURES = 50  # with fewer a gap says so
FAR_AT_MOST = 10  # whole frames beyond the limit of hashes, laid on each other when nothing sure was found
_MIRRORED_TURNS = frozenset(n for n, turn in enumerate(TURNS) if "flipped" in turn or "mirrored" in turn)


def catch_up(stores: Stores, progress: Progress | None = None) -> None:
    """Have indexes and links know all that the ledger holds."""
    entries = stores.ledger.entries()
    stores.hashes.catch_up(entries)
    stores.features.catch_up(entries)
    join(stores.ledger, stores.features, stores.links, entries, progress)


@dataclass(slots=True)
class _Candidate:
    views: set[bool] = field(default_factory=set)  # mirrored or not, as the features voted
    near: bool = False  # by its hash
    votes: int = 0


def find_matches(findings: Findings, stores: Stores, *, quick: bool) -> tuple[tuple[Match, ...], tuple[Gap, ...]]:
    """Matches sorted by score, best first, and what could not be compared. `quick` compares hashes only."""
    ledger = stores.ledger
    identical = tuple(
        Match(known, "identical", 1.0, None, 1.0, 1.0, f"the same bytes: SHA-256 {known.id[:12]}…")
        for known in ledger.known([findings.image.id]).values()
    )
    subject = Subject.of(findings)
    if subject.pdq is None and subject.look is None:
        return identical, (Gap("matching", "no pixels could be read, so only identical files could be looked for"),)
    candidates = _candidates(subject, stores, quick=quick)
    seen = {entry: Subject.known(found) for entry, found in ledger.appearances(candidates).items()}
    same = {entry for entry, known in seen.items() if known.id == findings.image.id}
    others = {entry: seen[entry] for entry in candidates if entry in seen and entry not in same}
    judged = _judged(subject, others, candidates, same, stores.links, quick=quick)
    if not quick and not same and not any(_is_sure(found) for found in judged.values()):
        far = _far(subject, stores, seen)
        others |= far
        judged |= {e: found for e, known in far.items() if (found := judge(subject, known, stores.links, views=()))}
    told = {
        entry: found
        for entry, found in judged.items()
        if found.score >= TOLD_FROM and not _is_other_view(subject, others[entry], found)
    }
    rest = {
        entry: _is_mirrored(candidate, judged.get(entry))
        for entry, candidate in candidates.items()
        if entry in others and entry not in told
    }
    scenes = {} if quick else _scenes(subject, others, rest)
    names = ledger.known_by_entry([*told, *scenes])
    matches = [_match(names[entry], found, findings) for entry, found in told.items() if entry in names]
    matches += [_scene_match(names[entry], found) for entry, found in scenes.items() if entry in names]
    matches.sort(key=lambda m: (-m.score, m.known.id))
    return (*identical, *matches), _too_plain(subject, findings, quick=quick)


def _judged(
    subject: Subject,
    others: dict[int, Subject],
    candidates: dict[int, "_Candidate"],
    same: set[int],
    links: Links,
    *,
    quick: bool,
) -> dict[int, Judgement]:
    """Each candidate by itself, then again with what the picture is surely a copy of."""
    judged: dict[int, Judgement] = {}
    sure: set[int] = set()
    near, explained = 0, False
    for entry, known in others.items():
        candidate = candidates[entry]
        if explained and not candidate.near and candidate.votes < ENOUGH_VOTES:
            continue
        near += candidate.near
        only_hash = quick or (candidate.near and near > LAID_AT_MOST)
        found = judge(subject, known, links, views=candidate.views, quick=only_hash)
        if found is not None:
            judged[entry] = found
        if found is not None and _is_sure(found):
            sure.add(entry)
            explained |= (found.query_overlap or 0) >= EXPLAINED_FROM
    if quick or not same | sure:
        return judged
    relatives = frozenset().union(*(links.group(entry) for entry in same | sure))
    least = min((judged[entry].support.log_odds for entry in sure), default=inf)
    return {entry: judge_again(found, others[entry], links, relatives, least) for entry, found in judged.items()}


def _is_sure(found: Judgement) -> bool:
    return found.support.log_odds >= SURE_FROM


def _far(subject: Subject, stores: Stores, seen: Collection[int]) -> dict[int, Subject]:
    """The nearest hashes beyond the limit, for pictures too plain or too blurred for features."""
    if subject.pdq is None:
        return {}
    turned = (subject.pdq.value, *subject.pdq.turned)
    hits = stores.hashes.within(turned, CANDIDATES_WITHIN, nearest=len(seen) + FAR_AT_MOST)
    nearest = list(dict.fromkeys(hit.image_entry for hit in sorted(hits, key=lambda hit: hit.distance)))
    entries = [entry for entry in nearest if entry not in seen][:FAR_AT_MOST]
    return {entry: Subject.known(found) for entry, found in stores.ledger.appearances(entries).items()}


def _is_other_view(one: Subject, other: Subject, found: Judgement) -> bool:
    """Whether what looks like a copy is rather another photo of the place: details and pixels fit only nearly, and
    the details fit two viewpoints better than any flat picture."""
    if found.pair is None or found.support.fit >= COPY_FITS or found.pair.agreement.agreeing >= COPY_AGREES:
        return False
    view = _scene(one, other, mirrored=found.pair.mirrored)
    return view is not None and view.inliers >= DOUBTED_BY and view.homography_share < FLAT_FROM


def _is_mirrored(candidate: _Candidate, found: Judgement | None) -> bool:
    """Whether the view that says most of a candidate is the mirrored one."""
    return found.pair.mirrored if found is not None and found.pair is not None else candidate.views == {True}


def _scenes(
    subject: Subject, others: dict[int, Subject], candidates: dict[int, bool]
) -> dict[int, scene.SceneEvidence]:
    found = {}
    for entry, mirrored in list(candidates.items())[:SCENES_LOOKED_AT]:
        view = _scene(subject, others[entry], mirrored=mirrored)
        if view is not None:
            found[entry] = view
    return found


def _match(known: KnownImage, found: Judgement, findings: Findings) -> Match:
    return Match(
        known=known,
        relation=found.relation,
        score=found.score,
        transform=found.transform,
        query_overlap=found.query_overlap,
        known_overlap=found.known_overlap,
        because=because(found, findings, known.findings),
    )


def _scene_match(known: KnownImage, found: scene.SceneEvidence) -> Match:
    return Match(known, "same_scene", scene_score(found.significance), None, None, None, because_scene(found))


def compare(a: Findings, b: Findings) -> Comparison:
    """Hold two pictures against each other, whatever their distance."""
    distances = {
        f.kind: min(bits_apart(value, other.value) for value in (f.value, *f.turned))
        for f in a.fingerprints
        if f.kind != "sha256" and (other := b.fingerprint(f.kind)) is not None and other.rule == f.rule
    }
    if a.image.id == b.image.id:
        why = f"the same bytes: SHA-256 {a.image.id[:12]}…"
        return Comparison(a, b, "identical", 1.0, None, 1.0, 1.0, distances, why)
    one, two = Subject.of(a), Subject.of(b)
    if any(each.pdq is None and each.look is None for each in (one, two)):
        return Comparison(a, b, "different", 0.0, None, None, None, distances, "pixels of one could not be read")
    found = judge(one, two, None)
    if found is not None and found.score >= TOLD_FROM and not _is_other_view(one, two, found):
        return Comparison(
            a, b, found.relation, found.score, found.transform, found.query_overlap, found.known_overlap,
            distances, because(found, a, b), found.points,
        )  # fmt: skip
    view = _scene(one, two, mirrored=False) or _scene(one, two, mirrored=True)
    if view is not None:
        score, why = scene_score(view.significance), because_scene(view)
        return Comparison(a, b, "same_scene", score, None, None, None, distances, why)
    score = found.score if found else 0.0
    return Comparison(a, b, "different", score, None, None, None, distances, why_different(found, one, two))


def _candidates(subject: Subject, stores: Stores, *, quick: bool) -> dict[int, _Candidate]:
    """The known pictures worth a closer look, by entry: nearest hashes first, then most votes."""
    found: dict[int, _Candidate] = {}
    if quick:
        stores.hashes.catch_up(stores.ledger.entries())
    else:
        catch_up(stores)
    if subject.pdq is not None:
        turned = (subject.pdq.value, *subject.pdq.turned)
        hits = stores.hashes.within(turned, EXACT_WITHIN, nearest=NEAR_AT_MOST)
        for hit in sorted(hits, key=lambda hit: (hit.distance, hit.image_entry)):
            candidate = found.setdefault(hit.image_entry, _Candidate(near=True))
            candidate.views.add(hit.query in _MIRRORED_TURNS)
    if subject.look is not None and not quick:
        for voted in stores.features.shortlist(
            subject.look.features, at_most=CANDIDATES_AT_MOST, votes_from=VOTES_FROM
        ):
            candidate = found.setdefault(voted.image_entry, _Candidate())
            candidate.views.add(voted.mirrored)
            candidate.votes = max(candidate.votes, voted.votes)
    return found


def _scene(a: Subject, b: Subject, *, mirrored: bool) -> scene.SceneEvidence | None:
    if a.all_features is None or b.all_features is None:
        return None
    shown = a.all_features.mirrored() if mirrored else a.all_features
    found = scene.same_scene(shown, b.all_features)
    return None if found is None or found.without_perspective else found


def _too_plain(subject: Subject, findings: Findings, *, quick: bool) -> tuple[Gap, ...]:
    gaps = []
    quality = subject.pdq.quality if subject.pdq else None
    if quality is not None and quality < DETAIL_FROM:
        why = f"too little detail to match by hash alone: PDQ quality {quality}, at least {DETAIL_FROM} is needed"
        gaps.append(Gap("matching", why))
    count = findings.features.count if findings.features else None
    if not quick and count is not None and count < FEW_FEATURES:
        why = f"too few details to find parts of it in other pictures: {count}, at least {FEW_FEATURES} are needed"
        gaps.append(Gap("matching", why))
    return tuple(gaps)
