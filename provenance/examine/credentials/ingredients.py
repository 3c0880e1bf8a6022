"""The ingredients of a manifest and theirs, each with the problems that it was taken in with and those found now."""

from collections.abc import Iterator
from typing import Any

from provenance.examine.credentials.fields import entry, listed, text
from provenance.model.credentials import MAX_DEPTH, Ingredient, Problem

_PROBLEMS_EACH = 20
# Last words of the codes that C2PA 2.1, section 15.2, lists as successes; old manifests record those with the failures.
_NO_PROBLEMS = {"validated", "insideValidity", "trusted", "notRevoked", "match", "accessible", "skipped"}

Key = tuple[str, str]  # label of the manifest, label of the ingredient's assertion in it


class Deltas:
    """What validation found about ingredients now, beyond what was recorded when they were taken in."""

    def __init__(self, store: dict[str, Any]) -> None:
        self._problems: dict[Key, list[Problem]] = {}
        self._successes: dict[Key, set[str]] = {}
        titles = {key: text(each.get("title")) for key, each in _stated(store)}
        for each in listed(entry(store, "validation_results"), "ingredientDeltas"):
            key, found = _key(each.get("ingredientAssertionURI")), entry(each, "validationDeltas")
            about = titles.get(key) or key[1] or "an ingredient"
            self._problems.setdefault(key, []).extend(_problems(listed(found, "failure"), about))
            self._successes.setdefault(key, set()).update(text(one.get("code")) for one in listed(found, "success"))

    @property
    def problems(self) -> list[Problem]:
        return [problem for problems in self._problems.values() for problem in problems]

    def problems_of(self, key: Key) -> list[Problem]:
        return self._problems.get(key, [])

    def trusts(self, key: Key) -> bool:
        return "signingCredential.trusted" in self._successes.get(key, set())


def ingredients_of(store: dict[str, Any], now: Deltas) -> Iterator[Ingredient]:
    """Depth first, from the active manifest; each manifest's are walked once, so that no circle is."""
    seen: set[str] = set()

    def walk(label: str, depth: int) -> Iterator[Ingredient]:
        if label in seen or depth > MAX_DEPTH:
            return
        seen.add(label)
        for stated in listed(entry(store, "manifests", label), "ingredients"):
            yield _ingredient(stated, (label, text(stated.get("label"))), now, depth)
            inner = stated.get("active_manifest")
            if isinstance(inner, str):
                yield from walk(inner, depth + 1)

    label = store.get("active_manifest")
    yield from walk(label, 0) if isinstance(label, str) else ()


def _ingredient(stated: dict[str, Any], key: Key, now: Deltas, depth: int) -> Ingredient:
    title = text(stated.get("title"))
    about = title or key[1] or "an ingredient"
    results = entry(stated, "validation_results")
    recorded = [
        *listed(stated, "validation_status"),
        *listed(entry(results, "activeManifest"), "failure"),
        *(
            one
            for each in listed(results, "ingredientDeltas")
            for one in listed(entry(each, "validationDeltas"), "failure")
        ),
    ]
    problems = dict.fromkeys([*_problems(recorded, about), *now.problems_of(key)])
    if now.trusts(key):  # who took it in had another list
        problems = {each: None for each in problems if each.code != "signingCredential.untrusted"}
    return Ingredient(
        title=title,
        relationship=text(stated.get("relationship")),
        has_manifest=isinstance(stated.get("active_manifest"), str) or "manifest_data" in stated,
        problems=tuple(problems)[:_PROBLEMS_EACH],
        depth=depth,
    )


def _problems(statuses: list[dict[str, Any]], about: str) -> list[Problem]:
    found = []
    for status in statuses[:_PROBLEMS_EACH]:
        code = text(status.get("code"))
        if code.rpartition(".")[2] not in _NO_PROBLEMS:
            found.append(Problem(code, text(status.get("explanation")), about))
    return found


def _stated(store: dict[str, Any]) -> Iterator[tuple[Key, dict[str, Any]]]:
    for label in entry(store, "manifests"):
        for each in listed(entry(store, "manifests", label), "ingredients"):
            yield (label, text(each.get("label"))), each


def _key(uri: Any) -> Key:
    """Of "self#jumbf=/c2pa/<manifest>/c2pa.assertions/<assertion>"."""
    before, _, assertion = (uri if isinstance(uri, str) else "").partition("/c2pa.assertions/")
    return before.rpartition("/")[2], text(assertion)
