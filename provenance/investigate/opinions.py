"""What people said of matches before: it stands beside the match, and a rejected one counts as no copy."""

from collections.abc import Sequence
from dataclasses import replace

from provenance.ledger.base import Ledger
from provenance.model.dossier import Match
from provenance.model.opinion import Opinion


def with_opinions(matches: Sequence[Match], query_id: str, ledger: Ledger) -> tuple[Match, ...]:
    """The same matches in the same order, each with the latest opinion on it."""
    if not matches:
        return ()
    latest: dict[str, Opinion] = {}
    for opinion in ledger.opinions(query_id):
        latest.setdefault(opinion.other(query_id), opinion)
    return tuple(replace(match, opinion=latest.get(match.known.id)) for match in matches)
