"""Hostile bytes become findings. Knows no ledger, index, gazetteer, socket or database; runs in locked processes."""
