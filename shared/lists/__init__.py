"""Floor 4: contact lists and tags, by number and by name."""
