"""Pure parts of Dotdigital's two APIs."""
