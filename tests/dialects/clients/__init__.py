"""Programs that were written for other vendors, each set in an environment of its own: what a dialect has to please."""
