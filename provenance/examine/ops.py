"""What a locked worker can be asked to do: one function an operation, called with raw bytes and plain arguments."""

from collections.abc import Callable, Mapping, Sequence

from provenance.examine import bytes_to_findings
from provenance.examine.decode.limits import Limits
from provenance.examine.messages import Examined

warm_up = bytes_to_findings.warm_up


def examine(
    data: bytes, *, name: bytes, limits: Mapping[str, int], skip: Sequence[str], at_step: Callable[[str], None]
) -> Examined:
    findings = bytes_to_findings.examine(
        data,
        name.decode(errors="surrogatepass"),
        limits=Limits(**limits),
        skip=frozenset(skip),
        at_step=at_step,
    )
    return Examined(findings)


OPS = {"examine": examine}
