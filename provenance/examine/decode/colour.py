"""Pixels of any depth and colour space as 8-bit sRGB."""

import io
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from provenance.errors import ReadError

_MAX_PROFILE_BYTES = 4 * 1024 * 1024  # printers' CMYK profiles have about 2 MB; displays' a few kB
_OPAQUE = {"1": "L", "L": "L", "P": "RGB", "RGB": "RGB", "RGBX": "RGB", "YCbCr": "RGB", "HSV": "RGB", "CMYK": "CMYK"}
_SEE_THROUGH = {"1": "LA", "L": "LA", "LA": "LA", "La": "LA", "P": "RGBA", "PA": "RGBA", "RGB": "RGBA", "RGBA": "RGBA"}
_SEE_THROUGH["RGBa"] = "RGBA"
_PROFILE_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # ICC.1:2022, table 19 -> Pillow's


def to_8_bit(image: Image.Image) -> Image.Image:
    """The same picture in a mode that can be resized: L, LA, RGB, RGBA or CMYK.

    16-bit values keep their place in 0..65535. 32-bit integers and floats have no agreed white, so their own
    least and greatest value become black and white. Raises ReadError for a mode we do not know.
    """
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        return Image.fromarray(_stretched(np.asarray(image, np.float64)))
    if image.mode == "LAB":
        return ImageCms.profileToProfile(image, ImageCms.createProfile("LAB"), srgb(), outputMode="RGB") or image
    mode = (_SEE_THROUGH if image.has_transparency_data else _OPAQUE).get(image.mode)
    if mode is None:
        raise ReadError(f"pixels of mode {image.mode} are not read")
    return image if image.mode == mode else image.convert(mode)


def _stretched(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    finite = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    least, greatest = float(finite.min()), float(finite.max())
    scale = 255 / (greatest - least) if greatest > least else 0.0
    return ((finite - least) * scale).round().astype(np.uint8)


def on_white(image: Image.Image) -> Image.Image:
    """Without transparency, as laid on white paper, which is how messengers and browsers mostly show it."""
    if image.mode not in ("LA", "RGBA"):
        return image
    opaque = image.mode.removesuffix("A")
    white = Image.new(opaque, image.size, "white")
    white.paste(image.convert(opaque), mask=image.getchannel("A"))
    return white


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB in the sRGB space. Without a profile RGB is taken for sRGB, and CMYK converted by the plain formula.

    Raises ReadError when the profile cannot be used.
    """
    if not profile:
        return plain_rgb(image)
    if len(profile) > _MAX_PROFILE_BYTES:
        raise ReadError(f"colour profile of {len(profile)} bytes, limit {_MAX_PROFILE_BYTES}")
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in (given.profile.profile_description or "").lower():
            return plain_rgb(image)
        return convert(image, given)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as broken:
        raise ReadError(f"colour profile of {len(profile)} bytes: {broken}") from broken


def convert(image: Image.Image, given: ImageCms.ImageCmsProfile) -> Image.Image:
    """From the space of `given` to sRGB. Raises ReadError when its kind is not that of the pixels."""
    space = given.profile.xcolor_space.strip()
    mode = _PROFILE_MODES.get(space)
    if (mode, image.mode) in (("RGB", "L"), ("L", "RGB")):  # a grey picture may be stored either way
        image = image.convert(mode)
    if mode is None or image.mode != mode:
        raise ReadError(f"the colour profile is for {space}, the pixels are {image.mode}")
    return ImageCms.profileToProfile(image, given, srgb(), outputMode="RGB") or plain_rgb(image)


def plain_rgb(image: Image.Image) -> Image.Image:
    return image if image.mode == "RGB" else image.convert("RGB")


@cache
def srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
