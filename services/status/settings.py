"""Settings of the status service alone. Each is listed in `.env.example`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class StatusSettings(BaseSettings):
    """How often the duties run and how patient they are."""

    model_config = SettingsConfigDict(env_prefix="MUSTER_STATUS_", extra="ignore")

    prefetch: int = Field(16, description="Events in hand at once.", ge=1)
    rescue_after_seconds: float = Field(
        60.0, description="How long a job or a lane may stand still before its command is sent again.", gt=0
    )
    rescue_sweep_seconds: float = Field(10.0, description="How often stalled jobs are looked for.", gt=0)
    release_sweep_seconds: float = Field(5.0, description="How often waiting jobs are looked at.", gt=0)
    catch_up_seconds: float = Field(10.0, description="How often views are compared with the ledger.", gt=0)
    retention_sweep_seconds: float = Field(60.0, description="How often expired jobs are forgotten.", gt=0)
