"""Dotdigital's two APIs (formerly dotmailer), v2 and v3, as a translation of the native one.

What both say in different words stands here: data fields, how imports are submitted, what becomes of a row. The routes of each,
its bodies and its errors are in `v2` and in `v3`.
"""
