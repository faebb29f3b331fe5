"""The command line's own thinking, without a server."""
