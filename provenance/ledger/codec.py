"""The canonical bytes of what the ledger records: JSON with every key sorted, bytes as base64, times as stated."""

from typing import Any, TypeVar

import msgspec

from provenance.errors import InputError, StorageError

Value = TypeVar("Value")


def encode(value: Any) -> bytes:
    """The one way to write this value. Raises InputError for what JSON cannot hold, such as half a surrogate pair."""
    try:
        return msgspec.json.encode(value, order="sorted")
    except (UnicodeEncodeError, TypeError, OverflowError, RecursionError) as unwritable:
        raise InputError(f"cannot be recorded: {unwritable}") from unwritable


def decode(body: bytes, kind: type[Value]) -> Value:
    """The value of this type that was written. Raises StorageError when the bytes are not those of one."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as broken:
        raise StorageError(f"not a recorded {kind.__name__}: {broken}; run `provenance ledger verify`") from broken
