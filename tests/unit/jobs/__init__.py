"""How a job runs, as far as it is pure."""
