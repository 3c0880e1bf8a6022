"""Container engines may be missing here, so what the Dockerfile and compose.yaml name is checked to exist."""

import re
import shlex
import shutil
import subprocess
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
INSTRUCTIONS = re.sub(r"\\\n", " ", DOCKERFILE).splitlines()


def instructions(name: str) -> list[str]:
    return [line.partition(" ")[2] for line in (each.strip() for each in INSTRUCTIONS) if line.startswith(f"{name} ")]


def test_every_path_that_is_copied_in_exists_and_is_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    sources = [p for line in instructions("COPY") if "--from" not in line for p in shlex.split(line)[:-1]]
    assert {"provenance", "api", "requirements.lock"} <= {p.removeprefix("./") for p in sources}
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source not in ignored


def test_what_the_build_installs_is_pinned_by_hash() -> None:
    locks = re.findall(r"-r (\S+)", DOCKERFILE)
    assert locks
    for lock in locks:
        assert "--hash=sha256:" in (ROOT / lock).read_text()
    assert "--require-hashes" in DOCKERFILE


def test_the_commands_it_runs_exist() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    command = instructions("CMD")[-1]
    assert command.startswith('["provenance", "serve"')
    assert "provenance" in scripts
    check = re.search(r'"-m", "([\w.]+)"', DOCKERFILE)
    assert check
    assert find_spec(check[1]) is not None


def test_it_runs_as_nobody_on_a_read_only_root_with_one_volume() -> None:
    assert instructions("USER") == ["provenance"]
    assert instructions("VOLUME") == ["/data"]
    service = COMPOSE["services"]["provenance"]
    assert service["read_only"] is True
    assert [v.partition(":")[2] for v in service["volumes"]] == ["/data"]
    assert service["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_the_service_is_not_reachable_without_keys() -> None:
    assert "${PROVENANCE_API_KEYS:?" in COMPOSE["services"]["provenance"]["environment"]["PROVENANCE_API_KEYS"]


@pytest.mark.skipif(shutil.which("apt-cache") is None, reason="no Debian here to ask")
def test_the_debian_packages_it_installs_exist() -> None:
    packages = re.search(r"--no-install-recommends ([\w.+ -]+?)\s*(?:&&|$)", re.sub(r"\\\n", " ", DOCKERFILE))
    assert packages
    for package in packages[1].split():
        known = subprocess.run(["apt-cache", "show", package], capture_output=True, check=False).stdout
        if not known:
            known = subprocess.run(["dpkg-query", "-s", package], capture_output=True, check=False).stdout
        if not known and not list(Path("/var/lib/apt/lists").glob("*_Packages*")):
            pytest.skip("this machine has no package lists")
        assert known, package
