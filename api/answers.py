"""Answers as JSON, written as the command line writes them."""

import json
from typing import Any

from starlette.responses import Response


class Answer(Response):
    """A JSON answer; numbers are finite, text is UTF-8."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8", "backslashreplace")
