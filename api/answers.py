"""Answers as JSON, written as the command line writes them."""

import json
import re
from typing import Any

from starlette.responses import Response


def prefers(accept: str, kind: str, *, over: str) -> bool:
    """Whether an Accept header (RFC 9110, 12.5.1) asks for the one media type more than for the other."""
    return _quality(accept, kind) > _quality(accept, over)


def _quality(accept: str, kind: str) -> float:
    """0..1: that of the header's most specific range which the media type falls in, 0 where it falls in none."""
    best = (0, 0.0)
    for part in accept.lower().split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        precision = {kind: 3, f"{kind.split('/')[0]}/*": 2, "*/*": 1}.get(media, 0)
        stated = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        if precision > best[0] and re.fullmatch(r"[01](\.\d{0,3})?", stated):
            best = (precision, float(stated))
    return best[1]


class Answer(Response):
    """A JSON answer; numbers are finite, text is UTF-8."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace")
