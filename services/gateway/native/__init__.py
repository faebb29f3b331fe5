"""The native API, one file per resource. Each has a function `routes` that makes its router."""
