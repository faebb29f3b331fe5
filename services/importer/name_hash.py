"""What stands for the name of a contact where millions of them are kept: 64 bits, the same in every process. Pure."""

from hashlib import blake2b


def name_hash(name: str) -> int:
    """The hash of a name, below 2**64. Two names may have the same."""
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
