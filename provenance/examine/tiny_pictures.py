"""One tiny picture of each format, to be examined before the first real one: whatever loads late has then loaded."""

import base64
import io
from collections.abc import Iterator

from PIL import Image

from provenance.examine.decode import colour, raster

# 16 x 16 px by heif-enc 1.15.1 from our own test scene: Pillow writes every other format, but not this one.
_HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRt"
    "AAAAAAACAAAAEGlkYXQAAAAAABAAEAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHRAAEAAAAAAAAAjwACAAEAAAAAAAAAAQAAAAAAAAAIAAAA"
    "OGlpbmYAAAAAAAIAAAAVaW5mZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQIAAAAAAgAAZ3JpZAAAAADYaXBycAAAALZpcGNvAAAAdmh2Y0MBA3AA"
    "AAAAAAAAAAAe8AD8/fj4AAAPAyAAAQAYQAEMAf//A3AAAAMAkAAAAwAAAwAeugJAIQABACpCAQEDcAAAAwCQAAADAAADAB6gIIEFluqumubg"
    "QEDAgAAAAwCAAAADAIQiAAEABkQBwXPBiQAAABRpc3BlAAAAAAAAAEAAAABAAAAAFGlzcGUAAAAAAAAAEAAAABAAAAAQcGl4aQAAAAADCAgI"
    "AAAAGmlwbWEAAAAAAAAAAgABAoECAAICA4QAAAAaaXJlZgAAAAAAAAAOZGltZwACAAEAAQAAAJdtZGF0AAAAiygBrxkh7RsNujhKOlGGjCOM"
    "INZ2LRD3lT5frRCVbBFd/x55kTTUk41SmKt6Qa7NTyfay2FXvJpK0cEtWk1qD3e1D+j/+voTrScM/zWJqGFJptCGCYmrUw/v4hIm72jJmBYf"
    "0MAYx6zMu9WdqkW3t9tYHIstclC4fF13wREvWm1aCBV0ZEdKxD59efg="
)


def tiny_pictures() -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of each format we decode, with EXIF where it can have some. Loads colour tables too."""
    picture = Image.linear_gradient("L").resize((32, 24)).convert("RGB")
    with raster.quiet():
        colour.convert(picture, colour.srgb())
    exif = Image.Exif()
    exif.update({0x010E: "warm up", 0x0112: 6, 0x0132: "2024:11:14 10:22:33"})
    for format_ in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"):
        file = io.BytesIO()
        picture.save(file, format_, **({} if format_ in ("GIF", "BMP") else {"exif": exif}))
        yield f"tiny.{format_.lower()}", file.getvalue()
    yield "tiny.heic", _HEIC
