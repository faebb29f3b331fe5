"""Floor 1: everything that crosses a process boundary, as plain values. No I/O, no vendor library but pydantic."""
