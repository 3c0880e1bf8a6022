"""The frame all sample pictures share."""

import numpy as np
from numpy.typing import NDArray

from scene.geometry import Point
from scene.raster import Camera

Picture = NDArray[np.uint8]

WIDTH, HEIGHT = 1600, 1067


def camera(position: Point, target: Point, focal: float, roll_degrees: float = 0.0) -> Camera:
    return Camera.looking(position, target, focal=focal, width=WIDTH, height=HEIGHT, roll_degrees=roll_degrees)
