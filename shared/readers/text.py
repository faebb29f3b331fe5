"""Turns pieces of bytes into text: by byte order mark, by the pattern of NUL bytes, else UTF-8, else Windows-1252.

A byte that the chosen encoding does not know never loses the file: it becomes a lone surrogate, which no sound text
holds, and `is_sound` finds it again when its row is read."""

import codecs
import io
import re

from shared.readers.rows import Problem, UnreadablePayload

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TITLES = {"cp1252": "Windows-1252", "utf-16-le": "UTF-16 (little endian)", "utf-16-be": "UTF-16 (big endian)"}
# What Python calls them. Others are refused: some codecs of Python run code paths that are not meant for strangers' bytes.
_KNOWN = frozenset(
    ["ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "koi8-r", "koi8-u", "mac-roman"]
    + ["big5", "gbk", "gb2312", "gb18030", "shift_jis", "cp932", "euc_jp", "euc_kr", "cp949", "cp437", "cp850", "cp852", "cp874"]
    + [f"cp{number}" for number in range(1250, 1259)]
    + [f"iso8859-{part}" for part in range(1, 17) if part != 12]
)
_FEWEST_NULS = 6
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSHOWABLE = re.compile("[\0\ud800-\udfff]")


def is_sound(text: str) -> bool:
    """True when every character was read, and none is a NUL."""
    return "\0" not in text and is_decoded(text)


def is_decoded(text: str) -> bool:
    """True when every byte had a meaning in the encoding."""
    if text.isascii():
        return True
    try:
        text.encode()  # ten times as quick as any search
    except UnicodeEncodeError:
        return False
    return True


def showable(text: str) -> str:
    """The text with a replacement character for what cannot be stored or shown."""
    return _UNSHOWABLE.sub("\ufffd", text)


class Decoder:
    """Decodes pieces in order. Never ends a text between a carriage return and its line feed."""

    def __init__(self, encoding: str | None) -> None:
        self.warnings: list[Problem] = []
        self._wanted = _canonical(encoding) if encoding else None
        self._decoder: codecs.IncrementalDecoder | None = None
        self._line_ends = io.IncrementalNewlineDecoder(None, translate=False)
        self._is_first_piece = True
        self._is_at_start = True

    def decode(self, piece: bytes, last: bool) -> str:
        self._look_at(piece, last)
        text = self._line_ends.decode(self._characters(piece, last), final=last)
        if text and self._is_at_start:
            self._is_at_start = False
            text = text.removeprefix("\ufeff")
        return text

    def decode_marked(self, piece: bytes, last: bool, mark: int | None) -> tuple[str, int | None]:
        """The text, and how many of its characters the first `mark` bytes of the piece are."""
        if mark is None:
            return self.decode(piece, last), None
        self._look_at(piece, last)
        before = self.decode(piece[:mark], False)
        _, is_held = self._line_ends.getstate()  # a carriage return, until it is known what follows it
        text = before + self.decode(piece[mark:], last)
        return text, len(before) + (is_held & 1)

    def _look_at(self, piece: bytes, last: bool) -> None:
        """Choose the encoding by the whole piece, as soon as it tells."""
        if self._is_first_piece:
            self._is_first_piece = False
            self._choose_by_sight(piece)
        if self._decoder is None and not piece.isascii():
            chosen = _utf8_or_windows(piece, last)
            self._use(chosen)
            self._tell(chosen, "because it holds bytes that are not UTF-8")

    def _choose_by_sight(self, piece: bytes) -> None:
        seen = _by_mark(piece) or _by_nul_bytes(piece)
        if self._wanted == "utf-16":
            self._use(seen if seen in ("utf-16-le", "utf-16-be") else "utf-16-le")
        elif self._wanted:
            self._use(self._wanted)
        elif seen:
            self._use(seen)
            self._tell(seen, "as its first bytes say")

    def _characters(self, piece: bytes, last: bool) -> str:
        if self._decoder is None:  # all of it is ASCII, the same in both encodings that are left: the choice can wait
            return piece.decode("ascii")
        try:
            return self._decoder.decode(piece, last)
        except UnicodeDecodeError:  # cut off within a character of several bytes: the rest is one bad byte
            return self._decoder.decode(piece, False) + "\udcff"

    def _use(self, encoding: str) -> None:
        errors = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)

    def _tell(self, encoding: str, reason: str) -> None:
        if encoding != "utf-8":
            title = _TITLES[encoding]
            message = f"The file was read as {title}, {reason}. Should letters look wrong, name its encoding or save it as UTF-8."
            self.warnings.append(Problem("encoding_detected", message))


def _canonical(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding.strip()).name
    except (LookupError, ValueError):
        name = ""
    if name == "utf-8-sig":
        name = "utf-8"
    if name not in _KNOWN:
        words = f"The encoding '{encoding[:40]}' is not known here. Use UTF-8, UTF-16, Windows-1252 or another common one."
        raise UnreadablePayload("encoding_unknown", words)
    return name


def _by_mark(piece: bytes) -> str | None:
    if piece.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise UnreadablePayload("encoding_unknown", "The file is written in UTF-32. Save it as UTF-8.")
    return next((encoding for mark, encoding in _MARKS if piece.startswith(mark)), None)


def _by_nul_bytes(piece: bytes) -> str | None:
    """UTF-16 without a mark: one byte of many pairs is NUL, and always the same one. A few stray NUL bytes are no pattern."""
    even, odd = piece[0::2].count(0), piece[1::2].count(0)
    enough = max(_FEWEST_NULS, len(piece) // 8)
    if odd >= enough and even * 10 < odd:
        return "utf-16-le"
    if even >= enough and odd * 10 < even:
        return "utf-16-be"
    return None


def _utf8_or_windows(piece: bytes, last: bool) -> str:
    """UTF-8 when the piece holds at least as many letters that only UTF-8 explains as bytes that it cannot explain.

    Windows-1252 text hardly ever forms a valid sequence by chance; a UTF-8 file with a few bad bytes has many.
    """
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(piece, last)
    bad = len(_SURROGATE.findall(text))
    good = sum(1 for _ in re.finditer("[^\0-\x7f]", text)) - bad
    return "utf-8" if good >= bad else "cp1252"
