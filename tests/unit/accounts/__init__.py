"""Keys and tokens without a database."""
