"""The prose is tested: what README and ARCHITECTURE say is what the code does."""

import importlib
import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

import provenance
from provenance.cli import COMMANDS, EXIT_CODES, cli
from provenance.errors import ProvenanceError
from provenance.examine.fingerprints import FINGERPRINTS
from provenance.examine.metadata import READERS
from provenance.investigate.sources import SOURCES
from provenance.investigate.weights import WEIGHTS
from provenance.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text()


def help_text() -> str:
    settings = {**cli.context_settings, "max_content_width": 100, "terminal_width": 100}
    with click.Context(cli, info_name="provenance", **settings) as context:
        return cli.get_help(context)


def test_the_readme_shows_the_help_as_it_is() -> None:
    assert help_text() in README


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help_and_takes_ledger_and_json(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    leaves = command.commands.values() if isinstance(command, click.Group) else [command]
    for leaf in leaves:
        assert leaf.help or leaf.hidden
        assert {"ledger", "as_json"} <= {p.name for p in leaf.params}


def test_the_readme_names_every_setting_and_no_other() -> None:
    named = set(re.findall(r"PROVENANCE_([A-Z_]+)", README))
    assert named == {each.name.upper() for each in fields(Settings)}
    assert all(each.metadata["says"] in README for each in fields(Settings))


def test_the_two_commands_of_the_readme_are_targets_of_make() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in ("install", "demo", "test", "bench"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert "make demo" in README
    assert "make test" in README


def test_public_names_exist_and_are_in_the_readme() -> None:
    for name in provenance.__all__:
        assert callable(getattr(provenance, name))
        assert f"provenance.{name}(" in README


def test_every_room_of_the_architecture_exists_and_every_room_is_in_it() -> None:
    named = set(re.findall(r"`(provenance/\w+/|api/)`", ARCHITECTURE))
    rooms = {f"provenance/{p.parent.name}/" for p in (ROOT / "provenance").glob("*/__init__.py")} | {"api/"}
    assert named == rooms


def test_every_fingerprint_reader_and_source_has_a_method_note() -> None:
    notes = "\n".join(p.read_text() for p in (ROOT / "docs").glob("*.md"))
    for listed in (*(f.kind for f in FINGERPRINTS), *(r.name for r in READERS), *WEIGHTS):
        assert f"`{listed}`" in notes, listed


def test_every_source_has_a_weight_and_every_weight_a_source() -> None:
    assert {source.name for source in SOURCES} == set(WEIGHTS)  # type: ignore[attr-defined]


def test_exit_codes_are_those_of_the_readme() -> None:
    for kind, code in EXIT_CODES:
        assert issubclass(kind, ProvenanceError)
        assert re.search(rf"^\| {code} \|", README, re.MULTILINE)


def test_relative_links_in_the_prose_lead_somewhere() -> None:
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "sample_images").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_nothing_in_the_project_refers_to_a_file_outside_it() -> None:
    outside = re.compile(r"\.\./shared|/work/")
    written = [p for p in ROOT.rglob("*") if p.suffix in (".py", ".md", ".toml", ".yaml", ".csv")]
    for file in written:
        if not {".venv", ".git", ".cache"} & set(file.parts) and file != Path(__file__):
            assert not outside.search(file.read_text(errors="replace")), file


@pytest.mark.parametrize("module", ["provenance", "provenance.cli"])
def test_the_front_doors_open_fast(module: str) -> None:
    """Neither loads a decoder, a database or a web framework before it is asked for one."""
    import subprocess
    import sys

    code = f"import sys, {module}; print([m for m in ('PIL', 'sqlalchemy', 'fastapi', 'numpy') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_every_module_says_what_lives_there() -> None:
    for file in (*(ROOT / "provenance").rglob("*.py"), *(ROOT / "api").rglob("*.py")):
        if "migrations/versions" not in str(file):
            assert file.read_text().startswith(('"""', 'r"""')), file
    assert importlib.import_module("provenance").__doc__
