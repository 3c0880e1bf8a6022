"""Bytes to pixels: what a file is, whether it is within bounds, and one canonical raster of it."""
