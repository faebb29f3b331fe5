"""Changes memberships and tags of many contacts; deletes, erases and restores them; deletes lists, tags and fields.

Owns: nothing of its own; writes contacts, definitions, erasures, chunks, lanes and outcomes of the jobs that it works.
Consumes: `change.start`, `change.chunk`.
Publishes: `change.chunk`, `chunk.finished.<kind>`, `job.processing.<kind>`, and the ends of these jobs.
Serves: probes.
"""
