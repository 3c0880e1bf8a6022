"""Fields of a report about a hostile file: what is of another kind than expected is as if it were not there."""

from typing import Any

from provenance.model.credentials import MAX_TEXT


def text(value: Any) -> str:
    """A text of at most MAX_TEXT characters; empty for anything else."""
    return value[:MAX_TEXT].encode(errors="replace").decode() if isinstance(value, str) else ""


def entry(value: Any, *path: Any) -> dict[str, Any]:
    """The object at the end of this path of keys."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def entries(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def listed(value: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return entries(value.get(key))


def named(subject: dict[str, Any]) -> str | None:
    """The subject of a certificate: its common name, and its organisation where that is another."""
    name, organisation = text(subject.get("CN")), text(subject.get("O"))
    if name and organisation and name != organisation:
        return text(f"{name} ({organisation})")
    return name or organisation or None
