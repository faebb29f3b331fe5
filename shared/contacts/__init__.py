"""Floor 4: the contact model, what may stand in it, how a change is decided, and the only door to its collection."""
