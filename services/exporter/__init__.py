"""Turns a selection of contacts into a file.

Owns: nothing of its own; writes the files, chunks, lanes and outcomes of export jobs, and reads contacts.
Consumes: `export.start`, `export.chunk`.
Publishes: `export.chunk`, `chunk.finished.export`, `job.processing.export`, and the ends of export jobs.
Serves: probes.
"""
