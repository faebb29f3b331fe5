"""The gateway: who may ask, how errors are answered, what a contact looks like from outside."""
