"""What the importer's readers promise: every good row is read, every bad one is named, whatever the bytes."""
