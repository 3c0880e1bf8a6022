"""The peers of benchmarks.copies: whole-frame hashes, each computed and compared as its library does it.

A peer knows pictures and says of a query how far each known one is. `imagededup` imports PyTorch for its neural
network; its hashes need none of it, so those modules are left out (`pip install --no-deps imagededup`). A peer whose
library is not installed is named, and not measured.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import imagehash
import numpy as np
import pdqhash
from numpy.typing import NDArray
from PIL import Image

Bits = NDArray[np.uint8]  # (values of one picture, bytes)
Answers = Iterable[tuple[str, float]]  # name of a known picture, score: more is nearer

_ONLY_FOR_NETWORKS = (
    "imagededup.methods.cnn",
    "imagededup.utils.plotter",
    "imagededup.utils.models",
    "imagededup.handlers.search.retrieval",
)


class Peer(Protocol):
    """What is measured."""

    name: str

    def add(self, files: Sequence[Path]) -> None: ...

    def check(self, file: Path) -> Answers: ...


class Ranked:
    """Hashes that rank every known picture by the least Hamming distance to any value of the query."""

    def __init__(self, name: str, of_known: Callable[[Path], Bits], of_query: Callable[[Path], Bits]) -> None:
        self.name = name
        self._of_known, self._of_query = of_known, of_query
        self._names: list[str] = []
        self._known = np.empty((0, 0), np.uint8)

    def add(self, files: Sequence[Path]) -> None:
        self._names = [file.name for file in files]
        self._known = np.stack([self._of_known(file)[0] for file in files])

    def check(self, file: Path) -> Answers:
        differing = np.bitwise_count(self._of_query(file)[:, None] ^ self._known[None])
        apart = differing.sum(axis=2, dtype=np.int64).min(axis=0)
        return zip(self._names, (-apart).tolist(), strict=True)


class ThreatExchange:
    """Its PDQ index as it comes: nothing of too little detail, and only what is within 31 bits."""

    name = "threatexchange"

    def __init__(self) -> None:
        from threatexchange.signal_type.pdq.signal import PdqSignal

        self._signal: Any = PdqSignal
        self._index: Any = PdqSignal.get_index_cls()()

    def add(self, files: Sequence[Path]) -> None:
        hashed = [(self._signal.hash_from_bytes(file.read_bytes()), file.name) for file in files]
        self._index.add_all([each for each in hashed if each[0]])

    def check(self, file: Path) -> Answers:
        value = self._signal.hash_from_bytes(file.read_bytes())
        found = self._index.query(value) if value else ()
        return [(match.metadata, -float(match.similarity_info.distance)) for match in found]


def peers() -> tuple[list[Peer], list[str]]:
    """Those that can be measured, and what was left out because it is not installed."""
    found: list[Peer] = []
    missing = []
    for kind in (imagehash.phash, imagehash.dhash, imagehash.whash):
        compute = _imagehash(kind)
        found.append(Ranked(f"imagehash {kind.__name__}", compute, compute))
    found.append(Ranked("PDQ, eight turns", _pdq, _pdq_turned))
    try:
        found.append(ThreatExchange())
    except ImportError as absent:
        missing.append(f"threatexchange ({absent})")
    try:
        found.extend(Ranked(f"imagededup {kind}", compute, compute) for kind, compute in _imagededup())
    except ImportError as absent:
        missing.append(f"imagededup ({absent})")
    return found, missing


def _imagehash(kind: Callable[[Image.Image], Any]) -> Callable[[Path], Bits]:
    def compute(file: Path) -> Bits:
        with Image.open(file) as picture:
            return np.packbits(kind(picture).hash.ravel())[None]

    return compute


def _pixels(file: Path) -> NDArray[np.uint8]:
    with Image.open(file) as picture:
        return np.asarray(picture.convert("RGB"))


def _pdq(file: Path) -> Bits:
    return np.packbits(pdqhash.compute(_pixels(file))[0])[None]


def _pdq_turned(file: Path) -> Bits:
    return np.packbits(np.stack(pdqhash.compute_dihedral(_pixels(file))[0]), axis=1)


def _imagededup() -> list[tuple[str, Callable[[Path], Bits]]]:
    for name in _ONLY_FOR_NETWORKS:
        sys.modules.setdefault(name, _Empty(name))
    from imagededup.methods import AHash, DHash, PHash, WHash

    def computed(method: Any) -> Callable[[Path], Bits]:
        return lambda file: np.frombuffer(bytes.fromhex(method.encode_image(image_file=str(file))), np.uint8)[None]

    return [(kind.__name__.lower(), computed(kind(verbose=False))) for kind in (PHash, DHash, WHash, AHash)]


class _Empty(ModuleType):
    """Stands for a module of which nothing is used."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)
