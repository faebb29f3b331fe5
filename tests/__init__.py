"""Tests from the smallest up: house, unit, contract, integration, e2e, simulation, chaos."""
