"""Recorded pairs of requests and answers: how a case is written, played, compared and written down, for every dialect alike.

A dialect has its cases, its stage, and a folder of JSON; `python -m tests.dialects.<dialect>.golden` writes the pairs anew.
"""
