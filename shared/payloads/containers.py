"""Looks at an OLE container (.xls, and what a password makes of an .xlsx) for a password, which calamine does not always name."""

from typing import IO, Final

_SECTOR: Final = 512
_BLOCK: Final = 2048 * _SECTOR
_LOCKED_NAME: Final = "EncryptedPackage\0".encode("utf-16-le")
_ENTRY_BYTES: Final = 128
_NAME_BYTES: Final = 64
_FIRST_RECORDS: Final = (b"\x09\x08\x10\x00\x00\x06\x05\x00", b"\x09\x08\x08\x00\x00\x05\x05\x00")  # of BIFF8 and BIFF5
_WRITE_PROTECTED: Final = 0x86
_FILE_PASS: Final = 0x2F


def is_protected(file: IO[bytes]) -> bool:
    """True when the container's directory or the workbook's first records say that a password opens it."""
    file.seek(0)
    while block := file.read(_BLOCK):
        if _has_locked_package(block) or _begins_with_a_password(block):
            return True
    return False


def _has_locked_package(block: bytes) -> bool:
    at = block.find(_LOCKED_NAME)
    while at >= 0:
        length = int.from_bytes(block[at + _NAME_BYTES : at + _NAME_BYTES + 2], "little")
        if at % _ENTRY_BYTES == 0 and length == len(_LOCKED_NAME):
            return True
        at = block.find(_LOCKED_NAME, at + 1)
    return False


def _begins_with_a_password(block: bytes) -> bool:
    return any(_is_locked_at(block, at) for first in _FIRST_RECORDS for at in _places(block, first))


def _places(block: bytes, first: bytes) -> list[int]:
    found, at = [], block.find(first)
    while at >= 0:
        if at % _SECTOR == 0:
            found.append(at)
        at = block.find(first, at + 1)
    return found


def _is_locked_at(block: bytes, at: int) -> bool:
    """A password stands right behind the first record, or behind the one that recommends reading only."""
    for _ in range(3):
        kind, length = (int.from_bytes(block[at + start : at + start + 2], "little") for start in (0, 2))
        at += 4 + length
        following = int.from_bytes(block[at : at + 2], "little")
        if following == _FILE_PASS:
            return True
        if following != _WRITE_PROTECTED or kind == 0:
            return False
    return False
