"""What was seen before: an append-only record that proves itself. Promises: base.Ledger; method: docs/ledger.md.

Engines are imported when they are opened: SQLAlchemy takes longer to load than a ledger to open.
"""

from collections.abc import Callable
from pathlib import Path

from provenance.ledger.base import Ledger
from provenance.ledger.entries import Clock


def _memory(_folder: Path, now: Clock) -> Ledger:
    from provenance.ledger.memory import MemoryLedger

    return MemoryLedger(now=now)


def _sqlite(folder: Path, now: Clock) -> Ledger:
    from provenance.ledger.sql import SqlLedger

    return SqlLedger(f"sqlite:///{folder / 'ledger.db'}", now=now)


# Name -> what opens it in a folder of its own, with a clock. Every engine passes tests/contracts/test_ledgers.py.
ENGINES: tuple[tuple[str, Callable[[Path, Clock], Ledger]], ...] = (("memory", _memory), ("sqlite", _sqlite))
