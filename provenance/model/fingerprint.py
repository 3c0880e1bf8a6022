"""A fingerprint: a short value computed from the picture, with a kind and a distance."""

from dataclasses import dataclass

# The version of the raster that fingerprints of pixels are computed from (examine.decode.raster says how it is made).
# Values of different rules are not comparable: whoever changes a step of it gives this a new name.
RASTER_RULE = "raster-1"

# The eight ways a picture can be turned and mirrored, in the order pdqhash.compute_dihedral gives them (held by
# tests/contracts/test_fingerprints.py). Each says what was done to the KNOWN picture to get the query whose value,
# turned back, equals the known picture's own.
TURNS = (
    "as it is",
    "rotated 90° clockwise",
    "rotated 180°",
    "rotated 90° anticlockwise",
    "flipped top to bottom",
    "mirrored left to right",
    "mirrored along the main diagonal",
    "mirrored along the other diagonal",
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One fingerprint of one picture.

    `rule` names the version of the raster it was computed from: values of different rules are not comparable.
    `turned` holds the values of the picture turned and mirrored, in the order of TURNS without the first; a query
    carries them, so that a known picture needs only its own value. Distances are numbers of differing bits.
    """

    kind: str
    value: bytes
    rule: str
    quality: int | None = None  # 0..100, PDQ's measure of how much gradient the picture has
    turned: tuple[bytes, ...] = ()

    @property
    def text(self) -> str:
        """The value as lower-case hex; `bytes.fromhex` gives it back."""
        return self.value.hex()

    def distance(self, other: "Fingerprint") -> int:
        """Bits that differ, 0..8 * len(value). Raises ValueError for another kind, rule or length."""
        if (self.kind, self.rule) != (other.kind, other.rule):
            raise ValueError(f"{self.kind} ({self.rule}) and {other.kind} ({other.rule}) are not comparable")
        return bits_apart(self.value, other.value)


def bits_apart(a: bytes, b: bytes) -> int:
    """The Hamming distance of two values of one length. Raises ValueError when the lengths differ."""
    if len(a) != len(b):
        raise ValueError(f"values of {len(a)} and {len(b)} bytes are not comparable")
    return (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()
