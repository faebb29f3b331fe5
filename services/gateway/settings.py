"""Settings of the gateway alone. Each is listed in `.env.example`."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class GatewaySettings(BaseSettings):
    """Where the gateway listens and what it accepts."""

    model_config = SettingsConfigDict(env_prefix="MUSTER_GATEWAY_", extra="ignore")

    host: str = Field("127.0.0.1", description="Address the API listens on.")
    port: int = Field(8000, description="Port the API listens on; 0 takes a free one.", ge=0)
    upload_bytes: int = Field(
        512 * 1024 * 1024, description="Largest payload of one job, in bytes, after decompression of the transfer.", gt=0
    )
    selection_bytes: int = Field(
        32 * 1024 * 1024, description="Largest JSON body that names the contacts of a change one by one, in bytes.", gt=0
    )
    body_bytes: int = Field(1024 * 1024, description="Largest body of any other request, in bytes.", gt=0)
    open_jobs: int = Field(
        1_000, description="Jobs an account may have waiting, queued or running at once; one more is answered with 429.", gt=0
    )
    active_imports: int = Field(
        1_000, description="Imports among them that an account may have; one more is answered with 429.", gt=0
    )
    retention_days: float = Field(
        10.0, description="Days after its end for which a job, its outcomes and its payload are kept.", gt=0
    )
    most_retention_days: float = Field(
        90.0, description="Most days for which a request may ask a job to be kept, where its account has no limit of its own.", gt=0
    )
    idempotency_hours: float = Field(24.0, description="Hours for which an Idempotency-Key answers with the same job.", gt=0)
    requests_per_second: float = Field(
        100.0, description="Requests an account may send per second and gateway process, in the long run; 0 is no limit.", ge=0
    )
    requests_burst_seconds: float = Field(
        10.0, description="How many seconds' worth of requests an account may send at once after a pause.", gt=0
    )
    dotdigital_watchdog_percent: int = Field(
        50,
        description="Percent of bad rows beyond which an import of 100 rows or more over Dotdigital's API is refused whole "
        "(RejectedByWatchdog), where the account has no limit of its own; 0 refuses none.",
        ge=0,
        le=100,
    )
    constant_contact_oversize: Literal["drop", "refuse"] = Field(
        "drop",
        description="What becomes of an import over Constant Contact's limits (40,000 lines or records, 4 MB): drop what is beyond "
        "them and say so in its activity, or refuse it with 413.",
    )
