"""The dossier as a document: JSON for programs, text for people."""
