"""Takes requests in any dialect, stores the payload, accepts the job.

Owns: the uploads until a job takes them, idempotency keys, accounts and keys, single contacts, lists, tags and fields.
Consumes: nothing.
Publishes: the command that starts an accepted job, and the end of one that is cancelled before it started.
Serves: the native API under `/v1`, with files of exports and a feed of events; `/openapi.json`, `/asyncapi.json`, `/docs`; probes.
"""
