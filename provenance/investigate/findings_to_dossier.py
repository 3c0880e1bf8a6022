"""The second half of the main flow: read me first. Findings and what is remembered become a dossier."""

from collections.abc import Iterator

from provenance.investigate.conflicts import find_conflicts
from provenance.investigate.fuse import fuse, would_change
from provenance.investigate.matching import find_matches
from provenance.investigate.not_after import known_as
from provenance.investigate.opinions import with_opinions
from provenance.investigate.parts import Parts, ask_each
from provenance.investigate.stated import stated
from provenance.investigate.time_bounds import bound_time, earliest
from provenance.model.dossier import Case, Context, Dossier
from provenance.model.findings import Findings, Gap

_SHOWN = 5


def investigate(findings: Findings, context: Context, parts: Parts, *, quick: bool = False) -> Dossier:
    """Say what can be said about one picture, and what could not be examined.

    `quick` matches by fingerprints within their limits only and lays no picture on another.
    """
    matches, unmatched = find_matches(findings, parts.stores, quick=quick)
    matches = with_opinions(matches, findings.image.id, parts.ledger)
    copies = [findings.image.id, *(m.known.id for m in matches if m.is_copy)]
    case = Case(findings, context, matches, parts.ledger.sightings_of(dict.fromkeys(copies)))
    evidence, unasked = ask_each(parts.sources, case)
    fused = fuse(evidence, parts.gazetteer.contains)
    return Dossier(
        case,
        stated=stated(findings.metadata),
        candidates=fused.candidates,
        elsewhere_probability=fused.elsewhere_probability,
        elsewhere_word=fused.elsewhere_word,
        earliest_sighting=earliest(case.sightings),
        taken=bound_time(case),
        conflicts=find_conflicts(case, evidence, parts.gazetteer.contains, parts.gazetteer.named),
        would_change=would_change(case, evidence),
        gaps=(*findings.gaps, *findings.outdated, *_outdated_copies(case), *unmatched, *unasked),
    )


def _outdated_copies(case: Case) -> Iterator[Gap]:
    """Of which known pictures less is known than would be today; one gap for all."""
    copies = [m for m in case.matches if m.is_copy and m.known.id != case.findings.image.id]
    old = [known_as(match) for match in copies if match.known.findings.outdated]
    if old:
        shown = ", ".join(old[:_SHOWN]) + (f" and {len(old) - _SHOWN} more" if len(old) > _SHOWN else "")
        yield Gap("examined", f"known pictures recorded by an earlier version, whose credentials are unknown: {shown}")
