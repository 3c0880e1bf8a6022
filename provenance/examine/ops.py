"""What a locked worker can be asked to do: one function an operation, called with raw bytes and plain arguments."""

from collections.abc import Callable, Mapping, Sequence

from provenance.examine import alignment_picture, bytes_to_findings
from provenance.examine.decode.limits import Limits
from provenance.examine.edits import examined
from provenance.examine.forensics import drawing
from provenance.examine.messages import Drawn, Examined
from provenance.examine.options import FeatureOptions


def warm_up() -> None:
    """All that the operations load late."""
    bytes_to_findings.warm_up()
    alignment_picture.warm_up()
    drawing.warm_up()


def examine(
    data: bytes,
    *,
    name: bytes,
    limits: Mapping[str, int],
    features: Mapping[str, int] | None,
    skip: Sequence[str],
    at_step: Callable[[str], None],
) -> Examined:
    findings = bytes_to_findings.examine(
        data,
        name.decode(errors="surrogatepass"),
        limits=Limits(**limits),
        features=None if features is None else FeatureOptions(**features),
        skip=frozenset(skip),
        at_step=at_step,
    )
    return Examined(findings)


def examine_edit(
    *pictures: bytes,
    edit: str,
    seed: int,
    limits: Mapping[str, int],
    features: Mapping[str, int],
    at_step: Callable[[str], None],
) -> Examined:
    asked = FeatureOptions(**features)
    findings = examined.examine_edit(
        *pictures, edit=edit, seed=seed, limits=Limits(**limits), features=asked, at_step=at_step
    )
    return Examined(findings)


def draw_alignment(
    a: bytes,
    b: bytes,
    *,
    matrix: Sequence[Sequence[float]] | None,
    points: Sequence[Sequence[float]],
    limits: Mapping[str, int],
    at_step: Callable[[str], None],
) -> Drawn:
    drawn = alignment_picture.draw_alignment(
        a, b, matrix=matrix, points=points, limits=Limits(**limits), at_step=at_step
    )
    return Drawn(drawn)


def draw_forensics(data: bytes, *, panel: str, limits: Mapping[str, int], at_step: Callable[[str], None]) -> Drawn:
    return Drawn(drawing.draw_forensics(data, panel=panel, limits=Limits(**limits), at_step=at_step))


OPS = {
    "examine": examine,
    "examine_edit": examine_edit,
    "draw_alignment": draw_alignment,
    "draw_forensics": draw_forensics,
}
