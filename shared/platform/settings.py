"""Settings that every service has, read from the environment (`MUSTER_*`) once at start. Each is listed in `.env.example`."""

from enum import StrEnum

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class MongoDriver(StrEnum):
    """Which asynchronous driver opens the database."""

    MOTOR = "motor"
    PYMONGO = "pymongo"


class PlatformSettings(BaseSettings):
    """Where the broker and the database are, and how every service logs, shows its health and stops."""

    model_config = SettingsConfigDict(env_prefix="MUSTER_", extra="ignore")

    amqp_url: SecretStr = Field(SecretStr("amqp://guest:guest@127.0.0.1:5672/"), description="URL of RabbitMQ.")
    mongo_url: SecretStr = Field(
        SecretStr("mongodb://127.0.0.1:27017/?replicaSet=rs0"),
        description="URL of MongoDB: a replica set (one node is enough), transactions need it.",
    )
    mongo_database: str = Field("muster", description="Name of the database.")
    mongo_driver: MongoDriver = Field(MongoDriver.MOTOR, description="Driver that opens the database: motor or pymongo.")
    mongo_pool_size: int = Field(20, description="Most connections to the database per process.", ge=2)
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_format: str = Field("json", description="json for machines, console for people.", pattern="^(json|console)$")
    probe_host: str = Field("127.0.0.1", description="Address on which /livez, /readyz and /metrics are served.")
    probe_port: int = Field(9090, description="Port of /livez, /readyz and /metrics; 0 takes a free one.", ge=0)
    drain_seconds: float = Field(20.0, description="Time that a stopping service gives the work in hand.", gt=0)
    relay_sweep_seconds: float = Field(5.0, description="How often each process looks for messages that a crash left behind.", gt=0)
