"""Settings of the importer alone. Each is listed in `.env.example`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ImporterSettings(BaseSettings):
    """How rows are cut into chunks and how many are in hand at once."""

    model_config = SettingsConfigDict(env_prefix="MUSTER_IMPORTER_", extra="ignore")

    prefetch: int = Field(3, description="Commands in hand at once.", ge=1)
    chunk_rows: int = Field(1_000, description="Most rows of a chunk: the unit of work, of retry and of progress.", ge=1)
    single_lane_rows: int = Field(10_000, description="Payloads up to this many rows are worked strictly in file order.", ge=1)
    lanes: int = Field(16, description="Lanes of a larger payload: how many chunks of one job may be worked at once.", ge=1, le=64)
