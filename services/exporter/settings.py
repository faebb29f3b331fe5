"""Settings of the exporter alone. Each is listed in `.env.example`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ExporterSettings(BaseSettings):
    """How exports are divided, and how much of them is in hand at once."""

    model_config = SettingsConfigDict(env_prefix="MUSTER_EXPORTER_", extra="ignore")

    prefetch: int = Field(2, description="Commands in hand at once.", ge=1)
    chunk_rows: int = Field(5_000, description="Most contacts of a chunk, which becomes one part of the file.", gt=0)
    single_lane_rows: int = Field(10_000, description="Exports of up to this many contacts have one lane.", gt=0)
    lanes: int = Field(16, description="Lanes of a larger export: how many of its parts may be written at once.", ge=1, le=64)
