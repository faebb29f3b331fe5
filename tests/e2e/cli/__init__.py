"""The command line against a gateway on a real port."""
