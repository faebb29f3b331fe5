"""Turns a payload into contacts.

Owns: nothing of its own; writes contacts, chunks, lanes and outcomes of import jobs.
Consumes: `import.start`, `import.chunk`.
Publishes: `import.chunk`, `chunk.finished.import`, `job.processing.import`, and the ends of import jobs.
Serves: probes.
"""
