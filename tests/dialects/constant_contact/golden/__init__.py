"""Recorded pairs of requests and answers: one for every endpoint, and for every error of the vendor's that Muster gives.

`python -m tests.dialects.constant_contact.golden` writes them anew; look at what has changed before it is committed.
"""
