"""The bar of long work, beside a report that goes to the same terminal."""

import io
import sys

import pytest
from rich.console import Console

from provenance.cli import output

ERASED = "\r\x1b[1A\x1b[2K"  # back up to the bar's line, which is emptied


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    buffer = io.StringIO()
    monkeypatch.setattr(output, "messages", Console(file=buffer, force_terminal=True, width=80))
    return buffer


def test_the_bar_is_gone_while_an_item_is_printed_to_the_terminal(
    drawn: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    seen = [drawn.getvalue() for _ in output.counted(range(8), 8, "photos")]
    assert all(text.endswith(ERASED) for text in seen)
    assert "7/8" in seen[-1]


def test_the_bar_stays_where_the_report_goes_elsewhere(drawn: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert not any(drawn.getvalue().endswith(ERASED) for _ in output.counted(range(8), 8, "photos"))
    assert "8/8" in drawn.getvalue()


def test_a_handful_draws_nothing(drawn: io.StringIO) -> None:
    assert list(output.counted(range(2), 2, "photos")) == [0, 1]
    assert drawn.getvalue() == ""
