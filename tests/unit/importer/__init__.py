"""The importer: from bytes to rows to targets."""
