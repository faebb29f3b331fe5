"""Floor 4: tenants, their keys, and the counters that number what they own."""
