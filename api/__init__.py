"""The HTTP service: the same answers as the command line, over the same functions."""
