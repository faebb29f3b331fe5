"""Whole jobs under seeded faults, in one process, against the real database."""
