"""Muster's modules against real servers."""
