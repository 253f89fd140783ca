"""Every environment variable of the product, in one place.

Read only by worker.py, web.py and cli/, which hand values on as arguments: nothing else looks at the
environment. How to reach Temporal (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*,
TEMPORAL_PROFILE, the profile file) is not repeated here: `temporalio.envconfig` reads it, by the same rules
as the `temporal` command.
"""

from pathlib import Path
from typing import Literal

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
    public_url: str | None = Field(
        default=None,
        validation_alias="VORONKA_URL",
        pattern=r"^https?://[^/\s]+$",
        description="Where clients reach the web process, such as https://crm.example.ru: links in messages begin "
        "so; unset, http://VORONKA_HOST:VORONKA_PORT.",
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
    sign_in: Literal["password", "demo"] = Field(
        default="password",
        validation_alias="VORONKA_SIGN_IN",
        description="How people get in: by password, or (demo) by a click on any person, as `voronka up` lets "
        "them unless it is set.",
    )
    temporal_web_url: str | None = Field(
        default=None,
        validation_alias="VORONKA_TEMPORAL_WEB_URL",
        description="Temporal Web, such as https://temporal.example/namespaces/default; deals link to it.",
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
    onec_poll_seconds: float = Field(
        default=60.0,
        gt=0,
        validation_alias="ONEC_POLL_SECONDS",
        description="How often mirrored tasks are looked at in 1C, for where its signed messages do not come through.",
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

    def sends_by(self) -> tuple[str, ...]:
        """Names of the channels that messages are sent by, outside the product."""
        return (*(("email",) if self.smtp_url else ()), *self.gateways)

    def onec_mapping(self) -> Path:
        return self.pipelines / "onec_mapping.yaml"

    def require_database_url(self) -> str:
        if self.database_url is None:
            raise MissingSetting(
                "DATABASE_URL is not set: this process needs the PostgreSQL that deals are kept in."
            )
        return self.database_url

    def address(self) -> str:
        return self.public_url or f"http://{self.host}:{self.port}"

    def files(self) -> str:
        return self.files_url or (self.data.resolve() / "files").as_uri()
