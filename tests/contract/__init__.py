"""One behaviour suite per port, run against every engine of it."""
