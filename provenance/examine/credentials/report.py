"""The validator's report as Credentials. It quotes a hostile file: no key is sure to be there, no text to be short."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice
from typing import Any

from provenance.examine.credentials.explained import explained, unprotected
from provenance.examine.credentials.fields import entries, entry, listed, named, text
from provenance.examine.credentials.ingredients import Deltas, ingredients_of
from provenance.examine.credentials.library import SIGNERS, Report
from provenance.examine.metadata.containers.block import Blocks
from provenance.model.credentials import (
    MAX_ACTIONS,
    MAX_DEPTH,
    MAX_EXPLAINS,
    MAX_INGREDIENTS,
    MAX_PROBLEMS,
    Action,
    Credentials,
    CredentialState,
    Ingredient,
    Problem,
)
from provenance.model.times import StatedTime

UNTRUSTED = "signingCredential.untrusted"  # intact, and the signer is not on the list


def credentials_of(report: Report, data: bytes, blocks: Blocks, url: str | None) -> Credentials:
    """What the report says of this file; `url` is the address that its XMP gives for a manifest."""
    stated = report.store.get("active_manifest")
    label = stated if isinstance(stated, str) else ""
    manifest = entry(report.store, "manifests", label)
    details = next((each for each in listed(report.details, "manifests") if each.get("label") == label), {})
    results = entry(report.store, "validation_results")
    now = Deltas(report.store)
    active = entry(results, "activeManifest")
    ingredients = tuple(islice(ingredients_of(report.store, now), MAX_INGREDIENTS + 1))
    problems = tuple(islice(_problems(active, now), MAX_PROBLEMS))
    certificate = entry(details, "signature", "certificateInfo")
    signed_at = _signed_at(active, entry(manifest, "signature_info"))
    authority = entry(details, "signature", "timeStampInfo", "certificateInfo", "subject")
    credentials = Credentials(
        state=_state(report.store, active, now),
        signer=named(entry(certificate, "subject")),
        issuer=named(entry(certificate, "issuer")),
        signed_at=signed_at,
        time_authority=named(authority) if signed_at else None,
        time_authority_listed=bool(signed_at) and _authority_listed(active, manifest),
        claim_generator=_generator(manifest),
        title=text(manifest.get("title")) or None,
        actions=tuple(islice(_actions(manifest), MAX_ACTIONS)),
        ingredients=_bounded(ingredients, MAX_PROBLEMS - len(problems)),
        problems=problems,
        remote_url=url[:MAX_EXPLAINS] if url and not url.startswith("self#") else None,
        checked_with=report.checked_with,
    )
    left_out = unprotected(entry(details, "assertions"), data, blocks)
    more = len(ingredients) > MAX_INGREDIENTS or any(i.depth == MAX_DEPTH and i.has_manifest for i in ingredients)
    return replace(credentials, explains=explained(credentials, left_out, more=more)[:MAX_EXPLAINS])


def _state(store: dict[str, Any], active: dict[str, Any], now: Deltas) -> CredentialState:
    """Trusted and valid are what the library says and no code denies; everything else is invalid."""
    failures = {*_codes(active, "failure"), *(problem.code for problem in now.problems)}
    found_on = entry(store, "validation_results").get("trustListUri")
    says = store.get("validation_state")
    if failures - {UNTRUSTED} or says not in ("Valid", "Trusted"):
        return "invalid"
    return "trusted" if says == "Trusted" and found_on == SIGNERS else "valid"


def _codes(active: dict[str, Any], kind: str) -> set[str]:
    return {text(each.get("code")) for each in listed(active, kind)}


def _signed_at(active: dict[str, Any], signature: dict[str, Any]) -> str | None:
    """The stamped time. The library gives the time of a broken stamp and of a refused authority too."""
    told = {
        code for code in _codes(active, "informational") | _codes(active, "failure") if code.startswith("timeStamp.")
    }
    if "timeStamp.validated" not in _codes(active, "success") or told:
        return None
    try:
        moment = datetime.fromisoformat(text(signature.get("time")))
        return StatedTime.of(moment).text if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _authority_listed(active: dict[str, Any], manifest: dict[str, Any]) -> bool:
    """Of claims of version 1 the library trusts every authority, also one of the signer's own (measured, 0.91.3)."""
    version = manifest.get("claim_version")
    return "timeStamp.trusted" in _codes(active, "success") and isinstance(version, int) and version >= 2


def _problems(active: dict[str, Any], now: Deltas) -> Iterator[Problem]:
    stamp = (each for each in listed(active, "informational") if text(each.get("code")).startswith("timeStamp."))
    for each in chain(listed(active, "failure"), stamp):
        yield Problem(text(each.get("code")), text(each.get("explanation")), "")
    yield from now.problems


def _bounded(ingredients: tuple[Ingredient, ...], problems_left: int) -> tuple[Ingredient, ...]:
    kept = []
    for ingredient in ingredients[:MAX_INGREDIENTS]:
        problems = ingredient.problems[: max(problems_left, 0)]
        problems_left -= len(problems)
        kept.append(replace(ingredient, problems=problems))
    return tuple(kept)


def _generator(manifest: dict[str, Any]) -> str | None:
    for each in listed(manifest, "claim_generator_info"):
        return text(f"{text(each.get('name'))} {text(each.get('version'))}".strip()) or None
    return text(manifest.get("claim_generator")) or None


def _actions(manifest: dict[str, Any]) -> Iterator[Action]:
    for assertion in listed(manifest, "assertions"):
        if text(assertion.get("label")).startswith("c2pa.actions"):
            for action in entries(entry(assertion, "data").get("actions")):
                yield Action(
                    text(action.get("action")),
                    text(action.get("when")),
                    _software(action.get("softwareAgent")),
                    text(action.get("digitalSourceType")).rstrip("/").rpartition("/")[2],
                )


def _software(agent: Any) -> str:
    """A text in version 1 of the assertion, a name and a version in version 2."""
    if isinstance(agent, dict):
        return text(f"{text(agent.get('name'))} {text(agent.get('version'))}".strip())
    return text(agent)
