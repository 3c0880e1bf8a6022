"""THE LIST of edits that calibration makes of known pictures. A new one: one small function, one line below."""

from functools import cache

from provenance.examine.edits import geometry, montage, overlays, whole_frame
from provenance.examine.edits.base import Edit
from provenance.examine.edits.phone import phone_frame

EDITS: tuple[Edit, ...] = (
    *(Edit(f"recompress_{q}", "recompress", whole_frame.unchanged, qualities=(q, q)) for q in (75, 50, 30, 10)),
    *(Edit(f"downscale_{percent}", "downscale", whole_frame.downscaled(percent / 100)) for percent in (50, 25)),
    *(Edit(f"crop_{removed}", "crop", geometry.crop(removed / 100)) for removed in (20, 40, 60, 80)),
    Edit("mirror", "mirror", geometry.mirror),
    Edit("mirror_crop_30", "mirror", geometry.mirror_and_crop),
    Edit("rotate_8", "rotate", geometry.tilt),
    Edit("rotate_90", "rotate", geometry.quarter_turn),
    Edit("rotate_180", "rotate", geometry.half_turn),
    Edit("colour", "colour", whole_frame.colour),
    Edit("brightness", "colour", whole_frame.brightness),
    Edit("contrast", "colour", whole_frame.contrast),
    Edit("grey", "colour", whole_frame.grey),
    Edit("blur", "blur_noise", whole_frame.blur),
    Edit("noise", "blur_noise", whole_frame.noise),
    Edit("caption_white", "caption", overlays.caption_bar("white", "black")),
    Edit("caption_black", "caption", overlays.caption_bar("black", "white")),
    Edit("caption_red", "caption", overlays.caption_bar("#c8102e", "white")),
    Edit("text_over", "text", overlays.text_over),
    Edit("stickers", "stickers", overlays.stickers),
    Edit("phone_frame", "screenshot", phone_frame),
    *(
        Edit(f"in_picture_{percent}", "picture_in_picture", montage.picture_in_picture(percent / 100), others=1)
        for percent in (20, 35, 50)
    ),
    Edit("collage", "collage", montage.collage, others=3),
    Edit("repost_chain", "repost", geometry.repost_chain),
)


@cache
def edit_named(name: str) -> Edit:
    """The edit of this name. Raises KeyError for one that is not in the list."""
    return {edit.name: edit for edit in EDITS}[name]
