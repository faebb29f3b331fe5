"""What tests are made of: real servers of their own, and small helpers around them."""
