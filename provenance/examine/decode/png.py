"""PNGs without what is not their picture."""

_PICTURE = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"iCCP", b"eXIf"}


def picture_chunks(data: bytes) -> bytes:
    """The still picture alone: no texts (one may unpack to gigabytes, and Pillow then refuses all) and no animation.

    What follows a damaged or cut chunk stays as it is, for the decoder to stumble over. PNG 3rd edition, 5.3.
    """
    kept, at, end = [data[:8]], 8, len(data)
    while at + 12 <= end:
        length = 12 + int.from_bytes(data[at : at + 4])
        if at + length > end:
            break
        if data[at + 4 : at + 8] in _PICTURE:
            kept.append(data[at : at + length])
        at += length
    return b"".join((*kept, data[at:]))
