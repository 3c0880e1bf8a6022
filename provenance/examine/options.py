"""What is looked for in a picture. Not among the limits: those bound what a hostile file may cost (decode.limits)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeatureOptions:
    """How many local features are looked for, and in how large a picture; docs/fingerprints.md says why so many."""

    frame_px: int = 400  # long side of the frame that features are looked for in
    at_most: int = 500
