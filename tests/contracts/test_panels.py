"""What every panel promises: a page of bounded size for a picture of any format and shape, and words that hold."""

import io
import re
from collections.abc import Mapping

import numpy as np
import pytest
from PIL import Image

from provenance.errors import InputError, TooLargeError, UnreadableError
from provenance.examine.decode.limits import Limits
from provenance.examine.forensics import PANELS, Panel, panel_named
from provenance.examine.forensics.told import PanelPicture
from provenance.examine.worker import PNG_SIGNATURE, InProcess, drawing_max_px
from tests import pictures

each_panel = pytest.mark.parametrize("panel", PANELS, ids=[panel.name for panel in PANELS])
PHOTO = pictures.jpeg(3, 80, (320, 240))


def drawn(panel: Panel, data: bytes, limits: Limits | None = None) -> PanelPicture:
    return InProcess(examine_limits=limits).draw_forensics(data, panel.name)


def page(picture: PanelPicture) -> Image.Image:
    opened = Image.open(io.BytesIO(picture.png))
    opened.load()
    return opened


def test_every_panel_has_a_name_of_its_own_that_files_can_bear() -> None:
    assert len({panel.name for panel in PANELS}) == len(PANELS)
    for panel in PANELS:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", panel.name)
        assert panel_named(panel.name) is panel


def formats() -> Mapping[str, bytes]:
    grey16 = Image.fromarray((np.arange(64 * 48, dtype=np.uint16) * 20).reshape(48, 64))
    see_through = pictures.scene(3, (64, 48)).convert("RGBA")
    see_through.putalpha(100)
    return {
        "jpeg": PHOTO,
        "grey jpeg": pictures.jpeg(picture=pictures.scene(3, (64, 48)).convert("L")),
        "cmyk jpeg": pictures.jpeg(picture=pictures.scene(3, (64, 48)).convert("CMYK")),
        "16 bit": pictures.encode(grey16, "PNG"),
        "transparent": pictures.encode(see_through, "PNG"),
        "palette": pictures.gif(3, (64, 48)),
        "heic": pictures.heic(),
        "black": pictures.flat(colour=(0, 0, 0)),
    }


@each_panel
@pytest.mark.parametrize("data", formats().values(), ids=list(formats()))
def test_it_draws_every_format_and_says_what_it_can_and_cannot_show(panel: Panel, data: bytes) -> None:
    picture = drawn(panel, data)
    assert picture.png.startswith(PNG_SIGNATURE)
    assert page(picture).width <= 1600
    for sentence in (picture.says, picture.cannot):
        assert sentence.endswith(".")
        assert sentence.isprintable()
    assert "cannot" in picture.cannot
    assert {"width_px", "height_px", "saved_at"} <= set(picture.reads)


@each_panel
@pytest.mark.parametrize("size", [(1, 1), (1, 700), (1500, 3)])
def test_it_draws_every_shape(panel: Panel, size: tuple[int, int]) -> None:
    picture = drawn(panel, pictures.encode(pictures.scene(4, (64, 64)).resize(size), "PNG"))
    assert max(page(picture).size) <= drawing_max_px
    assert (picture.reads["width_px"], picture.reads["height_px"]) == size


@each_panel
def test_the_same_bytes_give_the_same_page(panel: Panel) -> None:
    assert drawn(panel, PHOTO) == drawn(panel, PHOTO)


@each_panel
def test_a_turned_picture_is_drawn_upright_and_read_as_it_is_stored(panel: Panel) -> None:
    """Resaving must not be done after turning: the grid of JPEG blocks begins at the stored corner."""
    upright, turned = drawn(panel, pictures.jpeg(3, 80, (160, 100))), pictures.jpeg(3, 80, (160, 100), orientation=6)
    of_turned = drawn(panel, turned)
    assert of_turned.reads == upright.reads
    assert page(of_turned).height > page(upright).height


@each_panel
def test_it_names_its_steps_so_that_a_worker_can_bound_each(panel: Panel) -> None:
    from provenance.examine.forensics.drawing import draw_forensics

    steps: list[str] = []
    draw_forensics(PHOTO, panel=panel.name, limits=Limits(), at_step=steps.append)
    assert steps[0] == "decode"
    assert steps[-2:] == ["draw", "encode"]
    assert len(steps) > 4


@each_panel
@pytest.mark.parametrize("data", [b"", b"no image", PHOTO[:900], pictures.png()[:200]])
def test_what_cannot_be_read_is_refused(panel: Panel, data: bytes) -> None:
    with pytest.raises(InputError):
        drawn(panel, data)


@each_panel
def test_a_picture_over_the_limit_is_refused_with_value_and_bound(panel: Panel) -> None:
    with pytest.raises(TooLargeError, match=r"320 x 240 = 76800 px, limit 70000 for panels"):
        drawn(panel, PHOTO, Limits(max_pixels=70_000))


@each_panel
def test_raw_files_are_refused(panel: Panel) -> None:
    with pytest.raises(UnreadableError, match="pixels of jxl are not read"):
        drawn(panel, b"\xff\x0a" + bytes(64))
