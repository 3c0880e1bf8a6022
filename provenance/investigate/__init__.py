"""Findings, and what the three stores remember, become a dossier. Nothing here opens an image."""
