"""Operations for tests of `examine_edit`: the name of the edit says how the worker misbehaves."""

import ctypes
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256

from provenance.examine.messages import Examined, Refused, Reply
from provenance.model.findings import Findings
from provenance.model.image import ImageFacts


def honest(data: bytes) -> Findings:
    return Findings(image=ImageFacts(sha256(data).hexdigest(), "made inside", "jpeg", 4, 3, len(data), 1))


HOW: dict[str, Callable[[bytes], Reply]] = {
    "honest": lambda original: Examined(honest(original + b"edited")),
    "segfault": lambda original: Examined(replace(honest(original), metadata={"x": ctypes.string_at(0)})),
    "exit": lambda original: Examined(replace(honest(original), metadata={"x": os._exit(0)})),
    "the original itself": lambda original: Examined(honest(original)),
    "metadata": lambda original: Examined(replace(honest(original + b"edited"), metadata={"IFD0:Make": "x"})),
    "thumbnail": lambda original: Examined(replace(honest(original + b"edited"), thumbnail=b"\xff\xd8\xff")),
    "foreign refusal": lambda original: Refused("SystemExit", ""),
}


def examine_edit(
    *pictures: bytes,
    edit: str,
    seed: int,
    limits: Mapping[str, int],
    features: Mapping[str, int],
    at_step: Callable[[str], None],
) -> Reply:
    at_step("edit")
    return HOW[edit](pictures[0])


def warm_up() -> None:
    """Nothing is opened later."""


OPS = {"examine_edit": examine_edit}
