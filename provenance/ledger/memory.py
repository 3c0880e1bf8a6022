"""The ledger in memory: the same promises, kept the plainest way. For tests, and where there is no ledger yet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from threading import RLock
from typing import TypeVar

from provenance.errors import InputError, NotFoundError
from provenance.ledger import chain, codec, queries
from provenance.ledger.base import (
    Added,
    Addition,
    Appearance,
    FeatureChange,
    FingerprintChange,
    Head,
    InclusionProof,
    SightingPage,
    SightingQuery,
    Verification,
)
from provenance.ledger.circles import reasons
from provenance.ledger.entries import (
    Clock,
    Content,
    Deletion,
    Entry,
    Naming,
    Seeing,
    appearance_of,
    check_addition,
    check_sighting,
    entry_of_sighting,
    leaf_of,
    open_body,
    opinion_of,
    seal,
    sighting_of,
    utc_now,
)
from provenance.ledger.queries import Cursor, microseconds, searched_text
from provenance.ledger.sameness import claims_left_out, is_same
from provenance.model.dossier import KnownImage
from provenance.model.findings import Findings
from provenance.model.opinion import NewOpinion, Opinion
from provenance.model.sighting import NewSighting, Sighting, Whereabout
from provenance.model.times import StatedTime

Kind = TypeVar("Kind", Findings, Naming, Seeing, NewOpinion, Deletion)
Change = TypeVar("Change", FingerprintChange, FeatureChange)


class MemoryLedger:
    """Entries in a list; every answer is made by going through it. Promises: base.Ledger."""

    def __init__(self, *, now: Clock = utc_now) -> None:
        self._now = now
        self._entries: list[Entry] = []
        self._contents: dict[int, Content] = {}  # of entries that were not erased
        self._originals: dict[str, bytes] = {}
        self._whereabouts: dict[int, tuple[Whereabout, ...]] = {}
        self._lock = RLock()

    def add(self, additions: Sequence[Addition]) -> list[Added]:
        for addition in additions:
            check_addition(addition)
            if (found := _sha256(addition.original)) != addition.findings.image.id:
                raise InputError(f"bytes given as {addition.findings.image.id} have the SHA-256 {found}")
        with self._lock:
            recorded_at = self._recorded_at()
            return [self._add(addition, recorded_at) for addition in additions]

    def _add(self, addition: Addition, recorded_at: str) -> Added:
        image = addition.findings.image
        entry = self._image_entry(image.id)
        image_added = entry is None
        if entry is None:
            entry = self._append(addition.findings, recorded_at)
            self._originals[image.id] = addition.original
        elif image.name not in self._names(entry):
            self._append(Naming(entry, image.name), recorded_at)
        if addition.sighting is None or addition.sighting.is_empty:
            return Added(image.id, image_added, None, sighting_added=False)
        return self._see(image.id, image_added, entry, addition.sighting, addition.whereabouts, recorded_at)

    def add_sighting(self, image_id: str, sighting: NewSighting, whereabouts: Sequence[Whereabout]) -> Added:
        check_sighting(sighting, whereabouts)
        with self._lock:
            entry = self._known_entry(image_id)
            return self._see(image_id, False, entry, sighting, whereabouts, self._recorded_at())

    def _see(
        self,
        image_id: str,
        image_added: bool,
        entry: int,
        seen: NewSighting,
        whereabouts: Sequence[Whereabout],
        recorded_at: str,
    ) -> Added:
        for number, content in self._all(Seeing):
            if content.image_entry == entry and is_same(content.sighting, seen):
                there = self._sighting(number, content)
                return Added(image_id, image_added, there, False, claims_left_out(there, seen))
        number = self._append(Seeing(entry, seen), recorded_at)
        self._whereabouts[number] = tuple(whereabouts)
        return Added(image_id, image_added, sighting_of(number, recorded_at, image_id, seen), sighting_added=True)

    def known(self, image_ids: Iterable[str]) -> dict[str, KnownImage]:
        with self._lock:
            wanted = set(image_ids)
            found = ((findings.image.id, entry) for entry, findings in self._all(Findings))
            return {image_id: self._known(entry) for image_id, entry in found if image_id in wanted}

    def known_by_entry(self, image_entries: Iterable[int]) -> dict[int, KnownImage]:
        with self._lock:
            wanted = set(image_entries)
            return {entry: self._known(entry) for entry, _ in self._all(Findings) if entry in wanted}

    def appearances(self, image_entries: Iterable[int]) -> dict[int, Appearance]:
        with self._lock:
            wanted = set(image_entries)
            return {entry: appearance_of(entry, found) for entry, found in self._all(Findings) if entry in wanted}

    def original(self, image_id: str) -> bytes:
        with self._lock:
            self._known_entry(image_id)
            return self._originals[image_id]

    def sightings(self, query: SightingQuery) -> SightingPage:
        queries.check(query)
        after = Cursor.of(query.cursor) if query.cursor is not None else None
        with self._lock:
            passing = {}
            for number, content in self._all(Seeing):
                found = self._sighting(number, content)
                why = reasons(self._whereabouts[number], query.areas)
                if _passes(query, content.sighting, found) and (why or not query.areas):
                    passing[microseconds(found.time.latest), number] = replace(found, matched_by=why)
        keys = [key for key in sorted(passing, reverse=True) if after is None or key < (after.latest_us, after.entry)]
        shown = keys[: query.limit]
        more = Cursor(*shown[-1]).text if len(keys) > len(shown) else None
        return SightingPage(tuple(passing[key] for key in shown), more)

    def sightings_of(self, image_ids: Iterable[str]) -> tuple[Sighting, ...]:
        with self._lock:
            wanted = set(image_ids)
            found = [self._sighting(number, content) for number, content in self._all(Seeing)]
        return tuple(sorted((s for s in found if s.image_id in wanted), key=lambda s: s.time.earliest))

    def delete_image(self, image_id: str) -> None:
        with self._lock:
            entry = self._known_entry(image_id)
            about: list[tuple[int, Naming | Seeing]] = [*self._all(Naming), *self._all(Seeing)]
            erased = [entry, *(number for number, content in about if content.image_entry == entry)]
            self._erase([*erased, *(number for number, said in self._all(NewOpinion) if image_id in said.about)])
            del self._originals[image_id]

    def delete_sighting(self, sighting_id: str) -> None:
        with self._lock:
            entry = entry_of_sighting(sighting_id)
            if not isinstance(self._contents.get(entry), Seeing):
                raise NotFoundError(f"no sighting {sighting_id[:80]!r}")
            self._erase([entry])

    def add_opinion(self, opinion: NewOpinion) -> Opinion:
        codec.encode(opinion)
        with self._lock:
            if all(self._image_entry(image_id) is None for image_id in opinion.about):
                raise NotFoundError(f"neither {opinion.about[0]} nor {opinion.about[1]} is a known picture")
            recorded_at = self._recorded_at()
            self._append(opinion, recorded_at)
            return opinion_of(recorded_at, opinion)

    def opinions(self, image_id: str) -> tuple[Opinion, ...]:
        with self._lock:
            said = [(number, each) for number, each in self._all(NewOpinion) if image_id in each.about]
            return tuple(opinion_of(self._entries[number].recorded_at, each) for number, each in reversed(said))

    def entries(self) -> int:
        return len(self._entries)

    def fingerprint_changes(self, kind: str, rule: str, *, since: int, below: int) -> Iterator[FingerprintChange]:
        with self._lock:
            changes: list[FingerprintChange] = []
            for entry, findings in self._all(Findings):
                values = [each.value for each in findings.fingerprints if (each.kind, each.rule) == (kind, rule)]
                changes += (FingerprintChange(entry, entry, value) for value in values[:1])
            changes += (FingerprintChange(entry, image_entry, None) for entry, image_entry in self._deleted_images())
        yield from _in_order(changes, since, below)

    def feature_changes(self, rule: str, *, since: int, below: int) -> Iterator[FeatureChange]:
        with self._lock:
            had = [(entry, findings.features) for entry, findings in self._all(Findings)]
            changes = [FeatureChange(entry, entry, found) for entry, found in had if found and found.rule == rule]
            changes += (FeatureChange(entry, image_entry, None) for entry, image_entry in self._deleted_images())
        yield from _in_order(changes, since, below)

    def head(self, entries: int | None = None) -> Head:
        with self._lock:
            if entries is not None and not 0 <= entries <= len(self._entries):
                raise NotFoundError(f"no head of {entries} entries, the ledger has {len(self._entries)}")
            tree = chain.tree_of(self._leaves()[:entries])
        return Head(tree.size, tree.root.hex())

    def verify(self, *, originals: bool = False) -> Verification:
        with self._lock:
            erased = {number for _, deletion in self._all(Deletion) for number in deletion.erased}
            wrong = [entry.number for entry in self._entries if not self._is_intact(entry, erased)]
            if originals:
                wrong += [n for n, f in self._all(Findings) if _sha256(self._originals[f.image.id]) != f.image.id]
            head = self.head()
        problems = tuple(f"entry {number}: was changed" for number in wrong)
        return Verification(head.entries, head.root, not problems, len(erased), problems)

    def prove(self, entry: int) -> InclusionProof:
        with self._lock:
            leaves = self._leaves()
        if not 0 <= entry < len(leaves):
            raise NotFoundError(f"no entry {entry}, the ledger has {len(leaves)}")
        path = tuple(node.hex() for node in chain.inclusion_path(leaves, entry))
        return InclusionProof(entry, len(leaves), chain.tree_of(leaves).root.hex(), leaves[entry].hex(), path)

    def close(self) -> None:
        """Nothing is held open."""

    def _append(self, content: Content, recorded_at: str) -> int:
        entry = seal(len(self._entries), recorded_at, content)
        self._entries.append(entry)
        self._contents[entry.number] = open_body(entry.kind, entry.body)
        return entry.number

    def _erase(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            del self._contents[number]
            self._whereabouts.pop(number, None)
            self._entries[number] = replace(self._entries[number], body=b"", salt=b"")
        self._append(Deletion(tuple(sorted(numbers))), self._recorded_at())

    def _all(self, kind: type[Kind]) -> list[tuple[int, Kind]]:
        return [(number, content) for number, content in self._contents.items() if isinstance(content, kind)]

    def _image_entry(self, image_id: str) -> int | None:
        return next((entry for entry, findings in self._all(Findings) if findings.image.id == image_id), None)

    def _known_entry(self, image_id: str) -> int:
        if (entry := self._image_entry(image_id)) is None:
            raise NotFoundError(f"no picture {image_id[:80]!r}")
        return entry

    def _names(self, entry: int) -> tuple[str, ...]:
        more = (naming.name for _, naming in self._all(Naming) if naming.image_entry == entry)
        return (self._findings(entry).image.name, *more)

    def _known(self, entry: int) -> KnownImage:
        seen = (content.sighting.url for _, content in self._all(Seeing) if content.image_entry == entry)
        findings = self._findings(entry)
        return KnownImage(findings.image.id, self._names(entry), tuple(url for url in seen if url), findings)

    def _findings(self, entry: int) -> Findings:
        return next(findings for number, findings in self._all(Findings) if number == entry)

    def _sighting(self, number: int, content: Seeing) -> Sighting:
        image_id = self._findings(content.image_entry).image.id
        return sighting_of(number, self._entries[number].recorded_at, image_id, content.sighting)

    def _deleted_images(self) -> Iterator[tuple[int, int]]:
        """Each deletion of a picture, and the entry that had added it."""
        for entry, deletion in self._all(Deletion):
            yield from ((entry, number) for number in deletion.erased if self._entries[number].kind == "image")

    def _is_intact(self, entry: Entry, erased: set[int]) -> bool:
        kept = entry.number in self._contents and chain.commitment(entry.salt, entry.body) == entry.commitment
        leaf = leaf_of(entry.number, entry.kind, entry.recorded_at, entry.commitment)
        return entry.leaf == leaf and kept != (entry.number in erased)

    def _leaves(self) -> list[bytes]:
        return [entry.leaf for entry in self._entries]

    def _recorded_at(self) -> str:
        return StatedTime.of(self._now()).text


def _in_order(changes: list[Change], since: int, below: int) -> list[Change]:
    return sorted((each for each in changes if since <= each.entry < below), key=lambda change: change.entry)


def _passes(query: SightingQuery, seen: NewSighting, found: Sighting) -> bool:
    return (
        (query.image_ids is None or found.image_id in query.image_ids)
        and (query.since is None or found.time.latest >= query.since)
        and (query.until is None or found.time.earliest <= query.until)
        and (query.source is None or found.source == query.source)
        and (query.text is None or all(f" {w}" in searched_text(seen) for w in queries.words(query.text)))
    )


def _sha256(data: bytes) -> str:
    return sha256(data).hexdigest()
