"""Every environment variable of the product, in one place.

Read only by worker.py, web.py and cli/, which hand values on as arguments: nothing else looks at the
environment. How to reach Temporal (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*,
TEMPORAL_PROFILE, the profile file) is not repeated here: `temporalio.envconfig` reads it, by the same rules
as the `temporal` command.
"""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_HERE = Path(__file__).resolve().parent
_ASYNC_SCHEME = "postgresql+asyncpg://"


class MissingSetting(Exception):
    """A variable that this process cannot do without is not set."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        extra="ignore",
        frozen=True,
        validate_by_name=True,
        validate_by_alias=True,
        env_ignore_empty=True,
        hide_input_in_errors=True,  # URLs hold passwords
    )

    database_url: str | None = Field(
        default=None,
        validation_alias="DATABASE_URL",
        description="PostgreSQL 15+ to use, as postgresql://user:password@host:port/database; "
        "unset, `voronka up` runs its own.",
    )
    data: Path = Field(
        default=Path(".voronka"),
        validation_alias="VORONKA_DATA",
        description="Folder for what `voronka up` keeps on this machine: databases, logs, files.",
    )
    task_queue: str = Field(
        default="voronka",
        validation_alias="VORONKA_TASK_QUEUE",
        description="Temporal task queue that the worker polls and deals are started on.",
    )
    files_url: str | None = Field(
        default=None,
        validation_alias="FILES_URL",
        description="Where uploaded files are kept: file:///folder or s3://bucket; unset, in VORONKA_DATA.",
    )
    host: str = Field(
        default="127.0.0.1",
        validation_alias="VORONKA_HOST",
        description="Address that the web process listens on; loopback unless you open it yourself.",
    )
    port: int = Field(
        default=8000,
        ge=1,
        le=65535,
        validation_alias="VORONKA_PORT",
        description="Port that the web process listens on.",
    )
    pipelines: Path = Field(
        default=_HERE / "pipelines",
        validation_alias="VORONKA_PIPELINES",
        description="Folder of pipeline definitions (YAML) that are published at start.",
    )
    history_threshold: int = Field(
        default=400,
        ge=20,
        le=10_000,
        validation_alias="VORONKA_HISTORY_THRESHOLD",
        description="History events of a deal's run after which it continues as new; bounds replay time.",
    )
    temporal_port: int = Field(
        default=7233,
        ge=1,
        le=65535,
        validation_alias="VORONKA_TEMPORAL_PORT",
        description="Port of the Temporal server that `voronka up` runs when TEMPORAL_ADDRESS is unset.",
    )
    temporal_ui_port: int = Field(
        default=8233,
        ge=1,
        le=65535,
        validation_alias="VORONKA_TEMPORAL_UI_PORT",
        description="Port of Temporal Web when `voronka up` runs its own Temporal server.",
    )
    postgres_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        validation_alias="VORONKA_POSTGRES_PORT",
        description="Port of the PostgreSQL that `voronka up` runs itself; unset, any free one.",
    )
    log_level: str = Field(
        default="INFO",
        validation_alias="VORONKA_LOG_LEVEL",
        description="Least level that the worker and the web process log: DEBUG, INFO, WARNING or ERROR.",
    )

    smtp_url: str | None = Field(
        default=None,
        validation_alias="SMTP_URL",
        description="Mail server as smtp[s]://user:password@host:port (add ?tls=starttls or ?tls=off); "
        "unset, e-mail stays in the outbox.",
    )
    mail_from: str | None = Field(
        default=None,
        validation_alias="MAIL_FROM",
        description="Address that e-mail comes from, as Name <address>; needed with SMTP_URL.",
    )
    gateways: dict[str, str] = Field(
        default={},
        validation_alias="APPRISE_URLS",
        description='Messengers and SMS as JSON: names with Apprise URLs, {"telegram": "tgram://TOKEN/{to}"}; '
        "{to} is replaced by the address.",
    )

    onec_url: str | None = Field(
        default=None,
        validation_alias="ONEC_URL",
        description="1C's publication, such as https://server/base; unset, nothing is mirrored or pulled.",
    )
    onec_user: str = Field(
        default="voronka", validation_alias="ONEC_USER", description="1C's user for the OData interface."
    )
    onec_password: str = Field(
        default="", validation_alias="ONEC_PASSWORD", description="The password of 1C's user."
    )

    @field_validator("database_url")
    @classmethod
    def _async_driver(cls, value: str | None) -> str | None:
        """Hosting services hand out postgres:// and postgresql://; SQLAlchemy wants the driver named."""
        if value is None:
            return None
        for scheme in (_ASYNC_SCHEME, "postgresql://", "postgres://"):
            if value.startswith(scheme):
                return _ASYNC_SCHEME + value.removeprefix(scheme)
        raise ValueError(
            "must be postgresql://user:password@host:port/database (only PostgreSQL is supported)"
        )

    def onec_mapping(self) -> Path:
        return self.pipelines / "onec_mapping.yaml"

    def require_database_url(self) -> str:
        if self.database_url is None:
            raise MissingSetting(
                "DATABASE_URL is not set: this process needs the PostgreSQL that deals are kept in."
            )
        return self.database_url

    def files(self) -> str:
        return self.files_url or (self.data.resolve() / "files").as_uri()
