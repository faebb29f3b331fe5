"""The demonstration's file: the same for the same seed, and exactly as untidy as it says."""
