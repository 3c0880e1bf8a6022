"""What a library said when it failed, made fit for a Gap."""

_MAX_CHARACTERS = 300


def described(fault: Exception) -> str:
    """Kind and message on one printable line; libraries end theirs with newlines and quote the file's own bytes."""
    said = "".join(character if character.isprintable() else " " for character in f"{type(fault).__name__}: {fault}")
    return " ".join(said.split())[:_MAX_CHARACTERS].removesuffix(":")
