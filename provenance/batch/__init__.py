"""Folders and other long work."""
