"""Local features: many small descriptions of spots of a picture, for finding its parts in other pictures."""

from dataclasses import dataclass

# What the codes and positions are made by (examine.local_features says how); those of different rules are not
# comparable. Whoever changes a step of it, or of the raster, gives this a new name.
FEATURES_RULE = "sift-1"
CODE_BYTES = 32  # 256 bits
GEOMETRY_BYTES = 6  # x, y: 2 each, 65536ths of the frame; scale: 16ths of an octave; angle: 256ths of a turn


@dataclass(frozen=True, slots=True)
class LocalFeatures:
    """The features of one picture, strongest first: `count` codes and as many geometries.

    Positions are in a frame of `width` x `height` px, the upright picture reduced; model.feature_arrays reads them.
    """

    rule: str
    width: int
    height: int
    codes: bytes
    geometry: bytes

    def __post_init__(self) -> None:
        if not (0 < self.width < 1 << 16 and 0 < self.height < 1 << 16):
            raise ValueError(f"features of a frame of {self.width} x {self.height} px")
        if len(self.codes) % CODE_BYTES or len(self.codes) // CODE_BYTES * GEOMETRY_BYTES != len(self.geometry):
            raise ValueError(f"{len(self.codes)} bytes of codes and {len(self.geometry)} of geometry do not belong")

    @property
    def count(self) -> int:
        return len(self.codes) // CODE_BYTES

    def strongest(self, count: int) -> "LocalFeatures":
        """Only the `count` strongest of them."""
        codes, geometry = self.codes[: count * CODE_BYTES], self.geometry[: count * GEOMETRY_BYTES]
        return LocalFeatures(self.rule, self.width, self.height, codes, geometry)
