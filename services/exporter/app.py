"""Puts the exporter service together. It hosts no kind of job yet: it starts, answers its probes and stops like the others."""

from shared.host import Platform, Service


def build(_platform: Platform) -> Service:
    """The exporter service on this platform."""
    return Service(name="exporter")
