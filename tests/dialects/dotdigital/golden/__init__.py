"""Recorded pairs of requests and answers: one for every endpoint of v2 and v3, and for every error of theirs that Muster gives.

`python -m tests.dialects.dotdigital.golden` writes them anew; look at what has changed before it is committed.
"""
