"""Settings of the lists service alone. Each is listed in `.env.example`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ListsSettings(BaseSettings):
    """How changes are cut into chunks, and how many are in hand at once."""

    model_config = SettingsConfigDict(env_prefix="MUSTER_LISTS_", extra="ignore")

    prefetch: int = Field(3, description="Commands in hand at once.", ge=1)
    chunk_rows: int = Field(1_000, description="Most contacts of a chunk: the unit of work, of retry and of progress.", ge=1)
    single_lane_rows: int = Field(10_000, description="Changes of up to this many contacts are worked in one lane, in order.", ge=1)
    lanes: int = Field(16, description="Lanes of a larger change: how many of its chunks may be worked at once.", ge=1, le=64)
    clean_up_sweep_seconds: float = Field(
        30, description="How often traces of erased contacts are looked for in jobs that have ended since.", gt=0
    )
