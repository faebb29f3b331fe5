"""Constant Contact's v3 API, wire for wire: the format is that of AppConnect V3 (Swagger 2.0, version 3.0.178) and its guides.

Serves: bulk activities, contacts, lists, tags and custom fields under `/v3`, and tokens under `/oauth2/default/v1`.
Where Muster says more than the vendor, it does so in members and headers that a client of the vendor's does not know.
"""
