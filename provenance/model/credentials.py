"""Content credentials: what a C2PA manifest in the file claims, and whether its signature holds."""

from dataclasses import dataclass
from typing import Final, Literal

# trusted: intact, and the signer's certificate leads to the official trust list. valid: intact, signer unknown to it.
# invalid: something signed was changed, or the signature or its certificate does not hold. remote: the manifest lies
# elsewhere, at `remote_url`, and was not fetched.
CredentialState = Literal["trusted", "valid", "invalid", "remote"]

# How much of a manifest is kept, so that a hostile one cannot fill a reply: at the most 0.5 MB in UTF-8. Of real files
# the largest count of ingredients seen was 7, of actions 4, and the longest explanation had 110 characters.
MAX_INGREDIENTS: Final = 100
MAX_DEPTH: Final = 16  # ingredients of ingredients
MAX_ACTIONS: Final = 100
MAX_PROBLEMS: Final = 150  # of the manifest and all its ingredients together
MAX_TEXT: Final = 200  # characters
MAX_EXPLAINS: Final = 2_000  # characters, of `explains` and of `remote_url`


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that validation found wrong, by the code that the C2PA specification gives it."""

    code: str  # "assertion.dataHash.mismatch"
    says: str  # the validator's explanation; empty where it gives none
    about: str  # "" for the active manifest, else which ingredient, by its title


@dataclass(frozen=True, slots=True)
class Action:
    """One thing the manifest says was done to the picture, oldest first."""

    action: str  # "c2pa.created", "c2pa.edited", ...
    when: str  # as stated; empty where not
    software: str  # empty where not stated
    digital_source_type: str  # IPTC's word for how the pixels came to be, without its address; empty where not stated


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A picture this one is said to be made from; `depth` 0 for the active manifest's own, 1 for theirs, and so on.

    Its problems are those recorded when it was taken in, and those found now.
    """

    title: str
    relationship: str  # "parentOf", "componentOf", ...
    has_manifest: bool
    problems: tuple[Problem, ...] = ()
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the file's content credentials say, and how far they hold. `signed_at` is an RFC 3339 time, UTC.

    It is set only where a time stamp was validated; a signer's own clock is a claim. Anybody can run an authority for
    time stamps and set its clock: only where `time_authority_listed` is it known to be one of the official list.
    """

    state: CredentialState
    signer: str | None = None  # the certificate's common name, and its organisation in parentheses
    issuer: str | None = None  # who issued that certificate, in the same form
    signed_at: str | None = None
    time_authority: str | None = None  # who put the time stamp, by its certificate; None without `signed_at`
    time_authority_listed: bool = False
    claim_generator: str | None = None  # the software that made the manifest
    title: str | None = None
    actions: tuple[Action, ...] = ()
    ingredients: tuple[Ingredient, ...] = ()
    problems: tuple[Problem, ...] = ()
    remote_url: str | None = None
    checked_with: str = ""  # "c2pa-rs 0.91.3, trust list of 2026-08-21"; empty where nothing was checked
    explains: str = ""  # what the state means for this file, and what it does not
