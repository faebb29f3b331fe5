"""Knows how every job is doing.

Owns: the views that clients poll.
Consumes: `job.#` and `chunk.finished.#`.
Publishes: the commands of jobs it releases or rescues, and the ends of jobs whose predecessor failed.
Serves: probes.
"""
