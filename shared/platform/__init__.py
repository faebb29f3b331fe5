"""Floor 2: the world outside (broker, database, files, time, identity, settings, logs) as ports with one engine each or more."""
