"""The demonstration: a seeded file of contacts, imported before your eyes."""
