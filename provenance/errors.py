"""Every error of ours, sorted by who can act on it.

    ProvenanceError
    ├── InputError             the caller can act: HTTP 4xx, exit code 2
    │   ├── NotAnImageError        415  not a format we read
    │   ├── TooLargeError          413  over a size limit
    │   ├── UnreadableError        422  an image that cannot be read at all
    │   └── NotFoundError          404  no such picture, sighting, line or place
    ├── ReadError              one part could not answer: becomes a Gap in the dossier
    ├── ServiceError           a remote part is down or slow: becomes a Gap; `retry_after_s`
    │   └── BusyError              503  too much at once here; `retry_after_s`
    ├── StorageError           the operator can act: HTTP 503, exit code 3
    │   └── TamperedError          the ledger does not verify: exit code 5
    └── SettingsError          the operator can act: exit code 4

A bad signature or a contradiction is a finding, not an exception. Messages give the value and the bound.
Only the command line and the HTTP service catch the base class.
"""

from typing import ClassVar


class ProvenanceError(Exception):
    """The base class; `type` and `title` are stable words for programs and people, `str(error)` is the detail."""

    type: ClassVar[str] = "fault"
    title: ClassVar[str] = "A fault of ours"

    @property
    def detail(self) -> str:
        return str(self)


class InputError(ProvenanceError):
    """What was given cannot be used; the caller can mend it."""

    type = "bad-input"
    title = "The input cannot be used"


class NotAnImageError(InputError):
    """The bytes are of no format we read."""

    type = "not-an-image"
    title = "Not an image of a format we read"


class TooLargeError(InputError):
    """Over a limit on bytes or pixels; the message gives the value and the bound."""

    type = "too-large"
    title = "Over a size limit"


class UnreadableError(InputError):
    """The bytes begin like an image but nothing of it can be read."""

    type = "unreadable"
    title = "The image cannot be read"


class NotFoundError(InputError):
    """Nothing of that id or name is known."""

    type = "not-found"
    title = "Not known"


class ReadError(ProvenanceError):
    """One part of the file, or one part of ours, could not be read. Becomes a Gap, never ends a case."""

    type = "unread"
    title = "Could not be read"


class ServiceError(ProvenanceError):
    """A remote service is down or slow. Becomes a Gap."""

    type = "service"
    title = "A remote service did not answer"

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class BusyError(ServiceError):
    """More was asked at once than is done at once; nothing of it was begun."""

    type = "busy"
    title = "Too busy, try again"


class StorageError(ProvenanceError):
    """The ledger, its blobs, an index or the gazetteer cannot be read or written."""

    type = "storage"
    title = "Storage is unavailable"


class TamperedError(StorageError):
    """The ledger does not verify."""

    type = "tampered"
    title = "The ledger does not verify"


class SettingsError(ProvenanceError):
    """A setting has a value it cannot have."""

    type = "settings"
    title = "A setting cannot be used"
