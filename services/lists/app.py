"""Puts the lists service together. It hosts no kind of job yet: it starts, answers its probes and stops like the others."""

from shared.host import Platform, Service


def build(_platform: Platform) -> Service:
    """The lists service on this platform."""
    return Service(name="lists")
