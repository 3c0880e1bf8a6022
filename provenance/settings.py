"""Settings: PROVENANCE_* environment variables, read once at a door and frozen."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from platformdirs import user_data_path

from provenance.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything an operator can set. Each field is the variable PROVENANCE_<FIELD>; `says` is its documentation."""

    ledger: str = field(
        default="",
        metadata={"says": "the ledger's address, sqlite:///desk.db; empty: ledger.db in the user's data folder"},
    )
    gazetteer: str = field(
        default="",
        metadata={"says": "the compiled gazetteer; empty: beside the installation, else in the user's data folder"},
    )
    workers: int = field(
        default=0, metadata={"says": "locked worker processes that examine photos; 0: one for each core"}
    )
    worker_memory_mib: int = field(default=2048, metadata={"says": "address space of one worker, MiB"})
    max_bytes: int = field(default=64 * 1024 * 1024, metadata={"says": "largest photo taken in, bytes"})
    features_px: int = field(
        default=400, metadata={"says": "long side of the frame that local features are looked for in, px"}
    )
    features_at_most: int = field(default=500, metadata={"says": "local features kept of one photo, 38 bytes each"})
    api_keys: tuple[str, ...] = field(
        default=(),
        metadata={"says": "keys of the HTTP service, separated by commas; empty: none needed, loopback addresses only"},
    )

    def __post_init__(self) -> None:
        for name, low, high in (
            ("workers", 0, 256),
            ("worker_memory_mib", 512, 65536),
            ("max_bytes", 1, 2**31),
            ("features_px", 64, 1024),  # the raster has no more
            ("features_at_most", 10, 2000),  # 76 kB of the 1 MiB that a worker may answer
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise SettingsError(f"PROVENANCE_{name.upper()} is {value}, must be {low} to {high}")

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings of an environment. Raises SettingsError for a value that cannot be used, naming it."""
        given: dict[str, object] = {}
        for each in fields(cls):
            text = environment.get(f"PROVENANCE_{each.name.upper()}")
            if text is None or not text.strip():
                continue
            given[each.name] = _read(each.name, each.type, text.strip())
        return cls(**given)  # type: ignore[arg-type]

    @property
    def ledger_url(self) -> str:
        return self.ledger or f"sqlite:///{user_data_path('provenance') / 'ledger.db'}"

    @property
    def worker_count(self) -> int:
        return self.workers or os.cpu_count() or 1

    def gazetteer_file(self, version: str) -> Path:
        """Where the gazetteer of this version is, or is to be built: derived, so it lies with the installation."""
        if self.gazetteer:
            return Path(self.gazetteer)
        name = f"gazetteer-{version}.sqlite"
        installed = Path(sys.prefix) / "share" / "provenance" / name
        if installed.exists() or _can_write(installed.parent):
            return installed
        return user_data_path("provenance") / name


def _read(name: str, kind: object, text: str) -> object:
    if kind is int:
        try:
            return int(text)
        except ValueError:
            raise SettingsError(f"PROVENANCE_{name.upper()} is {text[:40]!r}, must be a whole number") from None
    if kind is str:
        return text
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _can_write(folder: Path) -> bool:
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK)
