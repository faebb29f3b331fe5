"""Dotdigital's two APIs, driven over plain HTTP as the vendor's known clients do."""
