"""How API keys are kept: one setting, shared by everything that makes or checks a key."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class KeySettings(BaseSettings):
    """How API keys are kept."""

    model_config = SettingsConfigDict(env_prefix="MUSTER_", extra="ignore")

    key_pepper: SecretStr = Field(
        SecretStr(""),
        description="Secret mixed into the stored hashes of API keys; the same for every gateway, never changed. Required.",
    )
