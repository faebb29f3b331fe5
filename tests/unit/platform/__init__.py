"""The ports to the world."""
