"""Whole jobs through the gateway, on real services."""
