"""Five services that never import each other, and the two modules that put them together: `cli` and `all_in_one`."""
