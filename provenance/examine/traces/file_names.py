"""File names as traces: which software gives such names, and whose clock a time in one is."""

from provenance.examine.traces.base import Subject
from provenance.model.file_names import NamePattern, NameTime, matches_of_name
from provenance.model.findings import Trace


class FileName:
    """What the name that the file was given shows of the software that named it."""

    name = "file_name"
    quick = True

    def traces(self, subject: Subject) -> tuple[Trace, ...]:
        return traces_of_name(subject.name)


def traces_of_name(name: str) -> tuple[Trace, ...]:
    """What the base name of a file shows of the software that named it; empty for a name of no known form."""
    return tuple(_trace(pattern, name, time) for pattern, time in matches_of_name(name))


def _trace(pattern: NamePattern, name: str, time: NameTime | None) -> Trace:
    form = f"the name has the form that {pattern.software} gives"
    return Trace(
        kind="file_name",
        says=f"{form}, and states {time.stated}" if time else form,
        because=f"{name!r}: {pattern.clock}" if pattern.clock else repr(name),
        source=pattern.source,
        but=pattern.but,
    )
