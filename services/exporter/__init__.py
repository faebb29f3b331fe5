"""Turns a selection of contacts into a file.

Owns: nothing yet.
Consumes: nothing yet: no kind of job is bound to it before the release that brings exports.
Publishes: nothing yet.
Serves: probes.
"""
