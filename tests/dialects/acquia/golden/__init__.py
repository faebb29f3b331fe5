"""Recorded pairs of requests and answers: one for every endpoint of this API, for every error, and for what PHP makes of arrays.

`python -m tests.dialects.acquia.golden` writes them anew; look at what has changed before it is committed.
"""
