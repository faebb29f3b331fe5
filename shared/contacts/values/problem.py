"""Why a value was refused: a stable code for programs and one sentence for people."""

SHOWN_CHARACTERS = 60


class ValueProblem(Exception):
    """A value that its field does not take. `code` is stable; `message` names the value, shortened, and says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def shown(value: object) -> str:
    """The value in quotes as messages show it: at most 60 characters, anything unprintable replaced, never raises."""
    text = value if isinstance(value, str) else _written(value)
    cut = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
    return '"' + "".join(character if character.isprintable() else "\ufffd" for character in cut) + '"'


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, set)):
        return "a list"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, int) and value.bit_length() > 512:
        return "a huge number"
    return str(value)
