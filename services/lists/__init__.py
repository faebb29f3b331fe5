"""Changes memberships, tags and fields of many contacts; deletes contacts.

Owns: nothing yet.
Consumes: nothing yet: no kind of job is bound to it before the release that brings list changes.
Publishes: nothing yet.
Serves: probes.
"""
