"""Floor 3: a write and the messages it causes commit together, and what happened to a message is a value."""
