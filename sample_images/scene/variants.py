"""What platforms and people make of a picture: smaller, cropped, mirrored, seen on a phone's screen, converted."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

_DARK, _PANEL, _TEXT, _FAINT = (23, 33, 43), (36, 47, 61), (236, 240, 244), (125, 140, 155)


def _upright(original: Path) -> Image.Image:
    with Image.open(original) as picture:
        return ImageOps.exif_transpose(picture).convert("RGB")


def telegram(original: Path, out: Path) -> None:
    """As a messenger sends photos: longer side 1280, quality 87, progressive, no metadata."""
    picture = _upright(original)
    picture.thumbnail((1280, 1280), Image.Resampling.LANCZOS)
    picture.save(out, quality=87, progressive=True, subsampling="4:2:0")


def crop(original: Path, out: Path) -> None:
    """The middle of the story: 0.78 of the width and of the height, 61 % of the area, off centre."""
    picture = _upright(original)
    width, height = picture.size
    left, top = int(width * 0.03), int(height * 0.20)
    part = picture.crop((left, top, left + int(width * 0.78), top + int(height * 0.78)))
    part.save(out, quality=82, subsampling="4:2:0")


def mirror(original: Path, out: Path) -> None:
    """Left and right exchanged, smaller, re-compressed."""
    picture = ImageOps.mirror(_upright(original)).resize((1200, 800), Image.Resampling.BICUBIC)
    picture.save(out, quality=80, subsampling="4:2:0")


def png(original: Path, out: Path) -> None:
    """Half size, without loss, without metadata."""
    picture = _upright(original)
    picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS).save(out, optimize=True)


def avif(original: Path, out: Path) -> None:
    """The same pixels as AVIF, without metadata."""
    _upright(original).save(out, quality=70)


def heic(original: Path, out: Path) -> None:
    """The same pixels as HEIC with the EXIF kept, by Debian's heif-enc. Raises FileNotFoundError without that tool."""
    tool = shutil.which("heif-enc")
    if tool is None:
        raise FileNotFoundError("heif-enc is not installed (Debian: libheif-examples)")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / out.name
        subprocess.run([tool, "-q", "60", "-o", made, original], check=True, capture_output=True)
        out.write_bytes(made.read_bytes())


def screenshot(original: Path, out: Path) -> None:
    """A phone's screen showing a channel's post of the picture, 720 by 1440, with bars, caption and reactions."""
    screen = Image.new("RGB", (720, 1440), _DARK)
    draw = ImageDraw.Draw(screen)
    _status_bar(draw)
    draw.rectangle((0, 48, 720, 152), fill=_PANEL)
    draw.ellipse((84, 62, 160, 138), fill=(88, 132, 98))
    _write(draw, (122, 100), "S", 40, (245, 248, 245), anchor="mm")
    draw.line((50, 80, 30, 100, 50, 120), fill=_TEXT, width=4, joint="curve")
    _write(draw, (178, 66), "Steppe Echelon", 30, _TEXT)
    _write(draw, (178, 106), "48 211 subscribers", 23, _FAINT)
    for y in (86, 100, 114):
        draw.ellipse((684, y - 3, 690, y + 3), fill=_TEXT)
    _post(screen, draw, original)
    draw.rectangle((0, 1290, 720, 1440), fill=_PANEL)
    _write(draw, (360, 1330), "MUTE", 28, (120, 178, 235), anchor="mm")
    draw.rounded_rectangle((260, 1412, 460, 1418), 3, fill=(200, 205, 210))
    screen.save(out, optimize=True)


def _status_bar(draw: ImageDraw.ImageDraw) -> None:
    _write(draw, (28, 10), "15:27", 25, _TEXT)
    for i in range(4):
        draw.rectangle((560 + i * 9, 32 - 5 * i, 565 + i * 9, 36), fill=_TEXT)
    draw.rounded_rectangle((640, 15, 684, 36), 5, outline=_TEXT, width=2)
    draw.rectangle((644, 19, 671, 32), fill=_TEXT)
    draw.rectangle((685, 21, 688, 30), fill=_TEXT)


def _post(screen: Image.Image, draw: ImageDraw.ImageDraw, original: Path) -> None:
    draw.rounded_rectangle((270, 172, 450, 210), 19, fill=(45, 60, 76))
    _write(draw, (360, 191), "14 November", 23, _TEXT, anchor="mm")
    photo = _upright(original)
    photo = photo.resize((704, round(704 * photo.height / photo.width)), Image.Resampling.BICUBIC)
    top = 226
    draw.rounded_rectangle((8, top, 712, top + photo.height + 292), 18, fill=_PANEL)
    screen.paste(photo, (8, top))
    y = top + photo.height + 18
    for line in ("What was promised arrives on time.", "To a friend who keeps his word: thank you."):
        _write(draw, (28, y), line, 29, _TEXT)
        y += 42
    for i, (colour, count) in enumerate((((232, 84, 84), "1.4K"), ((244, 190, 70), "902"), ((110, 170, 240), "377"))):
        left = 28 + i * 138
        draw.rounded_rectangle((left, y + 16, left + 124, y + 62), 23, fill=(50, 66, 84))
        draw.ellipse((left + 13, y + 26, left + 39, y + 52), fill=colour)
        _write(draw, (left + 50, y + 39), count, 25, _TEXT, anchor="lm")
    _write(draw, (690, y + 96), "61.3K views   15:20", 22, _FAINT, anchor="rm")
    draw.line((28, y + 122, 692, y + 122), fill=(50, 64, 80), width=2)
    _write(draw, (28, y + 146), "318 comments", 26, (120, 178, 235))


def _write(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    text: str,
    size: int,
    colour: tuple[int, int, int],
    *,
    anchor: str = "la",
) -> None:
    draw.text(at, text, colour, ImageFont.load_default(size), anchor=anchor)
