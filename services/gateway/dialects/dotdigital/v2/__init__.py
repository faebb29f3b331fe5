"""`/v2`: paging by select and skip, errors as one message that ends in a code, imports of files."""
