"""Payloads of every format."""
