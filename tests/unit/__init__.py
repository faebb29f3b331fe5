"""Tests of pure modules: no server, no clock, no disk."""
