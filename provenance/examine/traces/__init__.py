"""Traces: what a file shows of the software and the platforms it went through. THE LIST of what looks for them.

To add one: one file beside these, one line in SIGNS. What each must promise is in base.Sign and is tested for all of
them at once in tests/contracts/test_signs.py.
"""

from provenance.examine.traces.base import Sign, Subject
from provenance.examine.traces.dimensions import Dimensions
from provenance.examine.traces.embedded_thumbnail import EmbeddedThumbnail
from provenance.examine.traces.file_names import FileName
from provenance.examine.traces.generators import Generator
from provenance.examine.traces.jpeg_encoder import JpegEncoder
from provenance.examine.traces.platform_marks import PlatformMarks
from provenance.examine.traces.previous_compression import PreviousCompression
from provenance.examine.traces.software import Software
from provenance.examine.traces.stealth_text import StealthText

__all__ = ["SIGNS", "Sign", "Subject"]

SIGNS: tuple[Sign, ...] = (
    FileName(),
    JpegEncoder(),
    PreviousCompression(),
    PlatformMarks(),
    Software(),
    Dimensions(),
    Generator(),
    StealthText(),
    EmbeddedThumbnail(),
)
