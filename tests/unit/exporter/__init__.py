"""How contacts become files."""
