"""What every message has in common. A changed meaning is a new class with the next version beside the old one."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from shared.contract.topology import COMMANDS, EVENTS


class Message(BaseModel):
    """A fact or a wish about one job. Readers ignore fields they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1
    EXCHANGE: ClassVar[str]
    MUST_ROUTE: ClassVar[bool]

    job_id: str
    account: int

    @classmethod
    def wire_type(cls) -> str:
        """The CloudEvents type, version included."""
        return f"muster.{cls.TYPE}.v{cls.VERSION}"

    def routing_key(self) -> str:
        """Where the exchange sends it."""
        return self.TYPE


class Command(Message):
    """A wish, in the imperative: exactly one service carries it out."""

    EXCHANGE: ClassVar[str] = COMMANDS
    MUST_ROUTE: ClassVar[bool] = True


class Event(Message):
    """A fact, in the past tense: any number of services may listen, or none."""

    EXCHANGE: ClassVar[str] = EVENTS
    MUST_ROUTE: ClassVar[bool] = False
