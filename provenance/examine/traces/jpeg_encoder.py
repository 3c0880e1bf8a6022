"""What wrote this JPEG, as far as its tables, its frame and the order of its segments tell."""

from collections.abc import Iterator

from provenance.examine.traces.base import Subject
from provenance.examine.traces.ijg_quality import exact, nearest
from provenance.examine.traces.jpeg_marks import Marks
from provenance.examine.traces.jpeg_tables import COUNTED_IN, KNOWN, KnownTables, digest
from provenance.model.findings import Trace

_FRAMES = {0: "baseline", 1: "sequential", 2: "progressive", 3: "lossless"}  # T.81, table B.1, the low two bits
_KNOWN = f"counted in {COUNTED_IN}; ITU-T T.81, annex B"


class JpegEncoder:
    """The encoder of a JPEG: a line of facts for each, and one where its tables are known."""

    name = "encoder"
    quick = True

    def traces(self, subject: Subject) -> Iterator[Trace]:
        if subject.format != "jpeg":
            return
        found = subject.marks
        yield _facts(found)
        known = KNOWN.get(digest(found.quantisation))
        if known and 2 * known.most[1] > known.files:
            yield _known(known)
            make = str(subject.metadata.get("IFD0:Make", ""))
            if _of_another_make(known, make):
                yield _other_make(known, make)


def _facts(found: Marks) -> Trace:
    way = [_quality(found), found.sampling or "grey", _coding(found)]
    if found.depth != 8:
        way.append(f"{found.depth} bit")
    return Trace(
        kind="encoder",
        says=f"the JPEG has {', '.join(way)}",
        because=f"{_written(found)}; {found.width} x {found.height} px; segments {found.order}"
        + (f"; breaks off: {found.problem}" if found.problem else ""),
        source="ITU-T T.81, annexes B and K; quality as the Independent JPEG Group's libjpeg scales it (jcparam.c)",
        but="most programs, platforms and phones write with libjpeg or as it does: a quality of its scale, its order "
        "and 4:2:0 name none of them. A program that edits without loss keeps the tables of the one before.",
    )


def _quality(found: Marks) -> str:
    tables = found.quantisation
    if not tables:
        return "unknown quality"
    luma, chroma, *more = (*dict.fromkeys(tables), None, None)  # CMYK and RGB have one for all their channels
    quality = None if more[0] else exact(luma, chroma)
    if quality:
        return f"IJG quality {quality}"
    near, apart = nearest(luma)
    return f"tables that are not on IJG's scale (luma nearest to quality {near}, {apart:.1f} apart)"


def _coding(found: Marks) -> str:
    way = _FRAMES[found.frame & 3]
    if found.frame & 4:
        way = f"differential {way}"
    if found.arithmetic:
        way += ", arithmetic coding"
    return f"{way} in {found.scans} scans" if found.scans > 1 else way


def _written(found: Marks) -> str:
    tables = {True: "standard (annex K)", False: "fitted to the picture", None: "none"}[found.standard_huffman]
    facts = [
        f"{len(found.tables)} quantisation tables of {found.table_bits} bit",
        f"Huffman tables {tables}",
        f"restarts every {found.restart_interval} MCU" if found.restart_interval else "no restarts",
        f"JFIF {found.jfif}" if found.jfif else "no JFIF",
        "no Adobe segment" if found.adobe_transform is None else f"Adobe segment, transform {found.adobe_transform}",
    ]
    return ", ".join(facts)


def _known(known: KnownTables) -> Trace:
    who, held = known.most
    others = [f"{make} {n}" for make, n in known.makes.items() if make != who][:6]
    if known.adobe and who != "Adobe":
        others.append(f"Adobe software {known.adobe}")
    return Trace(
        kind="encoder",
        says=f"quantisation tables as in {'files' if known.files > 1 else 'the one known file'} of {who}",
        because=f"not on IJG's scale; {held} of {known.files} known files with these tables name {who}",
        source=_KNOWN,
        but=("Others of these files name " + ", ".join(others) + ". " if others else "")
        + "Few files were counted, and any program can write any table.",
        score=known.score,
    )


def _of_another_make(known: KnownTables, make: str) -> bool:
    """Whether the file names a maker that none of the files with its tables named, of which there are more than two."""
    who, _ = known.most
    named = make.split()[0].rstrip(",").casefold() if make.split() else ""
    return bool(named) and who != "Adobe" and known.files > 2 and named not in map(str.casefold, known.makes)


def _other_make(known: KnownTables, make: str) -> Trace:
    who, held = known.most
    return Trace(
        kind="encoder",
        says=f"the file says it is of {make[:40]!r}, its quantisation tables are those of {who}",
        because=f"IFD0:Make is {make[:40]!r}; {held} of {known.files} known files with these tables name {who}",
        source=_KNOWN,
        but="makers buy encoders from each other, and a file may have been saved anew by the maker's program.",
        score=known.score,
    )
