"""What happens to a message, as values."""
