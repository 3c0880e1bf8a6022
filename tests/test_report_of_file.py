"""What a report says of the file itself, as JSON and as lines to read."""

from dataclasses import replace
from io import StringIO

from rich.console import Console

from provenance.model.credentials import Action, Credentials, Ingredient, Problem
from provenance.model.dossier import Candidate, Case, Context, Dossier, Evidence, Taken, TimeEvidence
from provenance.model.findings import DateReading, Findings, PositionReading, Trace
from provenance.model.image import ImageFacts
from provenance.model.place import Place, Position
from provenance.model.stated import EditStep, EmbeddedThumbnail, Stated, Statement
from provenance.model.times import StatedTime
from provenance.report import json as as_written
from provenance.report.text import print_dossier

CREDENTIALS = Credentials(
    "invalid",
    signer="Camera Ltd",
    issuer="Camera CA",
    claim_generator="Camera 1.0",
    actions=(Action("c2pa.created", "", "Camera 1.0", "digitalCapture"),),
    ingredients=(
        Ingredient("a.jpg", "parentOf", True, (Problem("claimSignature.mismatch", "the signature is wrong", "a.jpg"),)),
        Ingredient("b.jpg", "", False, depth=1),
    ),
    problems=(Problem("assertion.dataHash.mismatch", "", ""),),
    checked_with="c2pa-rs 0.91.3",
    explains="something signed was changed since",
)
FINDINGS = Findings(
    ImageFacts("a" * 64, "photo.jpg", "jpeg", 1280, 853, 1000, 1),
    metadata={"IFD0:Make": "Zenit"},
    positions=(PositionReading(Position(56.01, 92.79), 10, "EXIF GPS", -3.5, 45.0, "magnetic"),),
    dates=(
        DateReading("ExifIFD:DateTimeOriginal", "2024:11:14 10:22:33", "2024-11-14T10:22:33+07:00", "taken"),
        DateReading("IPTC:DateCreated", "20241100", "2024-11", "created", "month"),
    ),
    traces=(
        Trace("encoder", "saved by something", "the tables say so", "a table", "others do too", 0.81),
        Trace("file_name", "named by something", "the name", "a list"),
    ),
    credentials=CREDENTIALS,
)
STATED = Stated(
    (
        Statement("author", "IFD0:Artist", "A. Reporter"),
        Statement("author", "IPTC:By-line", "A. Reporter"),
        Statement("author", "XMP-dc:Creator", "B. Desk"),
    ),
    tuple(EditStep("saved", f"step {n}", "", "") for n in range(20)),
    EmbeddedThumbnail(6610, 700),
)
DOSSIER = Dossier(Case(FINDINGS, Context()), stated=STATED)


def printed(dossier: Dossier) -> str:
    console = Console(file=StringIO(), width=200, color_system=None)
    print_dossier(dossier, console)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_what_is_missing_is_null_in_json() -> None:
    said = as_written.dossier(DOSSIER)
    assert said["traces"][1] == {
        "kind": "file_name",
        "says": "named by something",
        "because": "the name",
        "source": "a list",
        "but": None,
        "score": None,
    }
    assert said["stated"]["dates"][1] == {
        "field": "IPTC:DateCreated",
        "text": "20241100",
        "stated": "2024-11",
        "zone": None,
        "precision": "month",
        "means": "created",
    }
    assert said["stated"]["dates"][0]["zone"] == "+07:00"
    credentials = said["credentials"]
    assert credentials is not None
    assert credentials["signed_at"] is None
    assert credentials["problems"] == [{"code": "assertion.dataHash.mismatch", "says": None, "about": None}]
    assert credentials["ingredients"][1]["relationship"] is None
    assert as_written.dossier(Dossier(Case(Findings(FINDINGS.image), Context())))["credentials"] is None


def test_one_wording_of_several_fields_is_one_line_and_another_its_own() -> None:
    lines = printed(DOSSIER).splitlines()
    assert [line.split() for line in lines if line.strip().startswith("author")] == [
        ["author", "A.", "Reporter", "[IFD0:Artist,", "IPTC:By-line]"],
        ["author", "B.", "Desk", "[XMP-dc:Creator]"],
    ]


def test_a_position_says_its_height_and_where_the_camera_looked() -> None:
    assert "EXIF GPS, altitude -4 m, looking 45° from north (magnetic north)" in printed(DOSSIER)


def test_a_date_says_how_exact_it_is_and_whether_its_zone_is_known() -> None:
    text = printed(DOSSIER)
    assert "2024-11 (to the month)" in text
    local = DateReading("IFD0:ModifyDate", "2024:11:14 10:22", "2024-11-14T10:22:00", "modified", "minute")
    other = Dossier(Case(Findings(FINDINGS.image, dates=(local,)), Context()))
    assert "2024-11-14T10:22:00 (to the minute), no zone stated" in printed(other)
    assert "no zone" not in text


def test_a_time_is_printed_once_with_all_its_fields_and_capture_times_come_first() -> None:
    dates = (
        DateReading("IFD0:ModifyDate", "2024:11:15 10:22:33", "2024-11-15T10:22:33", "modified"),
        DateReading("ExifIFD:DateTimeOriginal", "2024:11:14 10:22:33", "2024-11-14T10:22:33", "taken"),
        DateReading("XMP-exif:DateTimeOriginal", "2024:11:14 10:22:33", "2024-11-14T10:22:33", "taken"),
        DateReading("IPTC:DateCreated", "2024:11:00", "2024-11", "created", "month"),
    )
    lines = [
        line.strip() for line in printed(Dossier(Case(Findings(FINDINGS.image, dates=dates), Context()))).split("\n")
    ]
    at = lines.index("What the file says")
    assert lines[at + 2 : at + 5] == [
        "taken              2024-11-14T10:22:33, no zone stated  [ExifIFD:DateTimeOriginal, XMP-exif:DateTimeOriginal]",
        "created            2024-11 (to the month)  [IPTC:DateCreated “2024:11:00”]",
        "modified           2024-11-15T10:22:33, no zone stated  [IFD0:ModifyDate]",
    ]


def test_that_nothing_bounds_is_said_before_claims_and_not_beside_a_bound() -> None:
    claims = Taken(evidence=(TimeEvidence("claims to have been taken 2024-11-14", "a field says so", "a field"),))
    text = printed(replace(DOSSIER, taken=claims))
    assert text.index("nothing bounds when it was taken; what follows are claims") < text.index("a field says so")
    assert "nothing bounds" not in printed(replace(DOSSIER, taken=replace(claims, not_after=StatedTime("2024-11-15"))))


def test_a_place_that_is_all_but_excluded_gets_one_line() -> None:
    def candidate(name: str, probability: float) -> Candidate:
        place = Place(name, name, "city", Position(56.0, 92.8), 1000)
        evidence = (Evidence("claim", place, "somebody says so", "somebody", 1.1),)
        return Candidate(place, 1000, probability, "almost no chance", evidence)

    listed = (candidate("Omsk", 0.9), candidate("Kyiv", 0.01), *(candidate(f"Town{n}", 0.001) for n in range(10)))
    text = printed(replace(DOSSIER, candidates=listed))
    assert text.count("somebody says so") == 2
    assert "  Town0 (city), by claim: almost no chance (under 1%)\n" in text
    assert "Town8" not in text
    assert "  and 2 more under 1%, in --json\n" in text


def test_what_is_wrapped_is_set_in_further_than_its_beginning() -> None:
    console = Console(file=StringIO(), width=40, color_system=None)
    print_dossier(DOSSIER, console)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    at = next(n for n, line in enumerate(lines) if line.startswith("    [a table; held in"))
    assert lines[at + 1].startswith("        ")
    assert max(map(len, lines[at:])) <= 40
    traces = (Trace("encoder", "saved", " ".join(["a"] * 99), "a table"),)
    long = Console(file=StringIO(), width=40, color_system=None)
    print_dossier(Dossier(Case(replace(FINDINGS, traces=traces), Context())), long)
    wrapped = [line for line in long.file.getvalue().splitlines() if set(line) == {" ", "a"}]  # type: ignore[attr-defined]
    assert wrapped
    assert max(map(len, wrapped)) <= 40


def test_an_edit_of_everything_does_not_say_a_slash_and_the_field_is_named_once() -> None:
    steps = (EditStep("saved", "", "Editor", "/"), EditStep("saved", "", "Editor", "/metadata"))
    lines = [line.strip() for line in printed(replace(DOSSIER, stated=Stated(history=steps))).splitlines()]
    at = next(n for n, line in enumerate(lines) if line.startswith("edit"))
    assert lines[at] == "edit               saved, Editor  [XMP-xmpMM:History]"
    assert lines[at + 1] == "edit               saved, Editor, /metadata"


def test_empty_words_of_credentials_are_null() -> None:
    empty = Credentials("remote", ingredients=(Ingredient("", "", False),))
    said = as_written.dossier(Dossier(Case(replace(FINDINGS, credentials=empty), Context())))["credentials"]
    assert said is not None
    assert (said["explains"], said["checked_with"], said["ingredients"][0]["title"]) == (None, None, None)


def test_of_a_long_history_both_ends_are_printed_and_the_rest_is_counted() -> None:
    text = printed(DOSSIER)
    assert all(f"step {n}\n" in text or f"step {n} " in text for n in (0, 5, 14, 19))
    assert "step 6 " not in text
    assert "… 8 more steps" in text


def test_credentials_say_their_state_first_and_every_problem() -> None:
    lines = [line.strip() for line in printed(DOSSIER).splitlines()]
    at = lines.index("Content credentials")
    assert lines[at + 1] == "invalid: something signed was changed since [c2pa-rs 0.91.3]"
    assert "signed by          Camera Ltd (Camera CA), at a time nobody vouches for" in lines
    assert any(line.startswith("problem") and "assertion.dataHash.mismatch" in line for line in lines)
    assert any("claimSignature.mismatch: the signature is wrong (a.jpg)" in line for line in lines)


def test_a_signing_time_names_the_authority_and_whether_it_is_listed() -> None:
    for listed, words in ((True, "on the list"), (False, "whom no list vouches for")):
        stamped = replace(
            CREDENTIALS, signed_at="2024-11-14T03:22:40Z", time_authority="Clock Ltd", time_authority_listed=listed
        )
        text = printed(Dossier(Case(Findings(FINDINGS.image, credentials=stamped), Context())))
        assert f"2024-11-14T03:22:40Z, by the clock of Clock Ltd ({words})" in text


def test_a_trace_says_why_what_else_leaves_it_and_how_often_it_held() -> None:
    text = printed(DOSSIER)
    assert "because the tables say so" in text
    assert "but others do too" in text
    assert "[a table; held in at least 81% of the files it was counted on]" in text
    assert "[a list]" in text
