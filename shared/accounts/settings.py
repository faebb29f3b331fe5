"""Settings of accounts that several services read, and must read alike: how keys are kept, and limits that two of them apply."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class KeySettings(BaseSettings):
    """How API keys are kept."""

    model_config = SettingsConfigDict(env_prefix="MUSTER_", extra="ignore")

    key_pepper: SecretStr = Field(
        SecretStr(""),
        description="Secret mixed into the stored hashes of API keys; the same for every gateway, never changed. Required.",
    )


class LimitSettings(BaseSettings):
    """Limits of an account that has none of its own, where more than one service applies them."""

    model_config = SettingsConfigDict(env_prefix="MUSTER_", extra="ignore")

    running_jobs: int = Field(
        20, description="Jobs of an account that run at once; the next starts when one ends. Gateway and status read it.", ge=1
    )
    rows_per_job: int = Field(
        10_000_000, description="Most rows of one payload; a larger one is refused before anything is written.", ge=1
    )
    most_contacts: int = Field(
        0, description="Contacts an account may have, deleted ones included; 0 is no limit. Gateway and importer read it.", ge=0
    )
