"""What the operator sets: variables of the environment and of ``.env``, read once at start.

Every fault is told at once and in words that say what to do; a secret never appears in one, nor
in a ``repr``. The table in docs/operating.md and ``.env.example`` are made from and held to the
fields below. This module knows nothing of what is done with the values.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import (
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.domain.order import UserId
from bot.settings.checks import (
    bot_token,
    database_address,
    file_path,
    heartbeat_url,
    is_live,
    owner_ids,
    public_url,
    service_url,
    stripe_key,
    webhook_secret,
)
from bot.settings.env_file import written
from bot.settings.faults import SettingFault, SettingsError, UnusableError, fault_of, missing
from bot.settings.names import misspelt
from bot.settings.proxies import Proxies

_SHORTEST_METRICS_TOKEN: Final = 16


class LogFormat(StrEnum):
    """How a line of the log is written."""

    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """The least serious event that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Settings(BaseSettings):
    """The settings, whole and checked.

    A variable that is set but empty counts as not set, except for the optional secrets: an empty
    secret would open what it should close.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_ignore_empty=False,
        hide_input_in_errors=True,
        validate_default=False,
    )

    telegram_bot_token: SecretStr = Field(
        description="The bot's token, from @BotFather: `123456789:AA…`."
    )
    stripe_api_key: SecretStr = Field(
        description="Stripe's secret or restricted key: `sk_test_…`, `rk_live_…`. "
        "A live key moves real money."
    )
    public_url: str | None = Field(
        None,
        description="Where the shop's pages can be reached from outside, such as "
        "`https://shop.example`, without a path. Not set: buyers come back through a `t.me` link, "
        "and no public address is needed. With a live key it must be https.",
    )
    owner_ids: Annotated[tuple[UserId, ...], NoDecode] = Field(
        (),
        description="Telegram ids of the shop's owners, separated by commas. "
        "Send the bot `/id` to learn yours. Not set: `run` in a terminal shows a link that "
        "makes you the owner. Either way `/owners` invites others.",
    )
    stripe_webhook_secret: SecretStr | None = Field(
        None,
        description="Signing secret of Stripe's webhook endpoint: `whsec_…`. Not set: there is no "
        "such endpoint, and events are fetched.",
    )
    catalog: Path = Field(
        Path("catalog.json"),
        description="The file with the shop's goods. A path counts from the shop's folder.",
    )
    database: str = Field(
        "shop.sqlite3",
        description="The database file, a path from the shop's folder; or a PostgreSQL server: "
        "`postgresql://…`.",
    )
    host: str = Field("127.0.0.1", min_length=1, description="Address that the pages listen on.")
    port: int = Field(
        8080, ge=0, le=65535, description="Port that the pages listen on; 0 takes any free one."
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="Base of Telegram's Bot API."
    )
    stripe_api_url: str = Field("https://api.stripe.com", description="Base of Stripe's API.")
    telegram_link_url: str = Field(
        "https://t.me", description="Base of the links that lead into Telegram."
    )
    log_format: LogFormat = Field(
        LogFormat.CONSOLE, description="`console` for people, `json` for machines: a line an event."
    )
    log_level: LogLevel = Field(
        LogLevel.INFO,
        description="Least serious event to log: `debug`, `info`, `warning`, `error`.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="Opens `/metrics` to whoever sends it as a bearer token; at least 16 "
        "characters. Not set: there is no `/metrics`.",
    )
    heartbeat_url: SecretStr | None = Field(
        None,
        description="A monitor's address that is asked once a minute while all is well, so that it "
        "can tell you when the shop is down.",
    )
    _proxies: Proxies = PrivateAttr(default_factory=Proxies)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what `load` gathered: nothing comes from elsewhere unseen."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @classmethod
    def load(
        cls, env: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")
    ) -> Self:
        """Read the settings; a variable of the environment wins over the file's.

        Args:
            env: The environment; None takes the process's own.
            env_file: A file of ``NAME=value`` lines, which need not be there; None reads none.

        Raises:
            SettingsError: with every fault.
        """
        given = os.environ if env is None else env
        filed = written(env_file) if env_file else {}
        names = {name.upper(): name for name in cls.model_fields}
        values: dict[str, Any] = {
            names[name.upper()]: value for name, value in filed.items() if name.upper() in names
        } | {name: given[variable] for variable, name in names.items() if variable in given}
        faults = tuple(misspelt(filed, given, names))
        instead = {str(fault.params["right"]) for fault in faults}
        proxies, unusable = Proxies.of({**filed, **given})
        try:
            settings = cls(**values)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
            found = [fault_of(one) for one in details]
            # What is missing because its name is misspelt is told of once.
            faults += tuple(one for one in found if one.variable not in instead)
            raise SettingsError((*faults, *unusable)) from None
        if faults or unusable:
            raise SettingsError((*faults, *unusable))
        settings._proxies = proxies
        return settings

    @classmethod
    def catalog_path(
        cls, env: Mapping[str, str] | None = None, env_file: Path = Path(".env")
    ) -> Path:
        """Return where the catalog file is, whatever else is set or missing.

        Raises:
            SettingsError: the file of settings cannot be read, or a folder is named.
        """
        given = os.environ if env is None else env
        named = given.get("CATALOG") or written(env_file).get("CATALOG") or ""
        try:
            return file_path(Path(named.strip() or cls.model_fields["catalog"].default))
        except UnusableError as error:
            found = SettingFault("CATALOG", error.key, error.params)
            raise SettingsError((found,)) from None

    @property
    def proxies(self) -> Proxies:
        """Which way calls to the outside go; of the environment and the file like the fields."""
        return self._proxies

    @property
    def livemode(self) -> bool:
        """Whether the key moves real money."""
        return is_live(self.stripe_api_key.get_secret_value())

    @field_validator("*", mode="wrap")
    @classmethod
    def _empty_is_unset(cls, value: Any, handler: Any, info: ValidationInfo) -> Any:
        if isinstance(value, str):
            value = value.strip()
        name = info.field_name or ""
        if value != "":
            return handler(value)
        if name in {"stripe_webhook_secret", "metrics_token"}:
            raise UnusableError("settings.empty")
        field = cls.model_fields[name]
        if field.is_required():
            raise missing(name)
        return field.get_default()

    @field_validator("telegram_bot_token", mode="after")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        bot_token(value.get_secret_value())
        return value

    @field_validator("stripe_api_key", mode="after")
    @classmethod
    def _key(cls, value: SecretStr) -> SecretStr:
        stripe_key(value.get_secret_value())
        return value

    @field_validator("stripe_webhook_secret", mode="after")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            webhook_secret(value.get_secret_value())
        return value

    @field_validator("metrics_token", mode="after")
    @classmethod
    def _metrics(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < _SHORTEST_METRICS_TOKEN:
            raise UnusableError("settings.short", n=_SHORTEST_METRICS_TOKEN)
        return value

    @field_validator("heartbeat_url", mode="after")
    @classmethod
    def _heartbeat(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            heartbeat_url(value.get_secret_value())
        return value

    @field_validator("public_url", mode="after")
    @classmethod
    def _address(cls, value: str | None, info: ValidationInfo) -> str | None:
        return None if value is None else public_url(value, live=_live(info))

    @field_validator("catalog", mode="after")
    @classmethod
    def _file(cls, value: Path) -> Path:
        return file_path(value)

    @field_validator("database", mode="after")
    @classmethod
    def _database(cls, value: str) -> str:
        return database_address(value)

    @field_validator("telegram_api_url", "telegram_link_url", mode="after")
    @classmethod
    def _service(cls, value: str) -> str:
        return service_url(value)

    @field_validator("stripe_api_url", mode="after")
    @classmethod
    def _stripe_service(cls, value: str, info: ValidationInfo) -> str:
        return service_url(value, live=_live(info))

    @field_validator("log_format", "log_level", mode="before")
    @classmethod
    def _lower_case(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("owner_ids", mode="before")
    @classmethod
    def _owners(cls, value: Any, info: ValidationInfo) -> Any:
        token = info.data.get("telegram_bot_token")
        bot_id = token.get_secret_value().partition(":")[0] if token else None
        return owner_ids(value, bot_id=bot_id) if isinstance(value, str) else value


def settings_table() -> str:
    """Return the settings as a Markdown table, for docs/operating.md."""
    rows = ["| variable | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        shown = "**required**" if field.is_required() else f"`{default}`" if default else "–"
        rows.append(f"| `{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows) + "\n"


def _live(info: ValidationInfo) -> bool:
    key = info.data.get("stripe_api_key")
    return isinstance(key, SecretStr) and is_live(key.get_secret_value())
