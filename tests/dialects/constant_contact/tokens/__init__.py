"""OAuth at the vendor's addresses: every grant, and each way in which one is refused."""
