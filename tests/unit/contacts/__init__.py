"""The contact model: values, patches, decisions."""
