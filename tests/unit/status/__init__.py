"""The status service's pure thinking."""
