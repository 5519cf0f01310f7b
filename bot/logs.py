"""Logs: one event a line, ids as fields, secrets and personal data taken out at the handler.

Redaction stands at the last step, so that records of other libraries pass it too.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, Final

import structlog

#: What secrets and people's contacts look like wherever they stand: bot tokens, Stripe's keys and
#: secrets, e-mails, telephone numbers as Stripe writes them.
_SECRETS: Final = re.compile(
    r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}"
    r"|\b(?:sk|rk|pk|whsec)_[A-Za-z0-9_]{8,}"
    r"|\b(?:pi|seti)_[A-Za-z0-9]+_secret_[A-Za-z0-9]+"
    r"|\+\d[\d ().-]{6,}\d"
    r"|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)
_GONE: Final = "[redacted]"
#: Third parties that tell of every request; their warnings are enough.
_CHATTY: Final = (
    "aiohttp.access",
    "aiosqlite",
    "asyncio",
    "httpcore",
    "httpx",
    "stripe",
    "telegram",
)


class Redactor:
    """Takes known secrets, and what looks like one, out of every text of a record."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._known = tuple(sorted((s for s in secrets if s), key=len, reverse=True))

    def __call__(
        self, _logger: object, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Return the record with every text cleaned, however deep it lies."""
        return {key: self._clean(value) for key, value in event.items()}

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        for secret in self._known:
            text = text.replace(secret, _GONE)
        return _SECRETS.sub(_GONE, text)

    def _clean(self, value: Any) -> Any:
        match value:
            case str():
                return self.text(value)
            case dict():
                return {key: self._clean(inner) for key, inner in value.items()}
            case list() | tuple():
                return [self._clean(inner) for inner in value]
            case bool() | int() | float() | None:
                return value
            case _:
                return self.text(repr(value))


def set_up_logs(level: str, style: str, secrets: Iterable[str]) -> None:
    """Send every record, ours and other libraries', through one handler to standard error.

    Args:
        level: ``DEBUG``, ``INFO``, ``WARNING`` or ``ERROR``.
        style: ``json`` for machines or ``console`` for people.
        secrets: Texts that must never appear.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.PositionalArgumentsFormatter()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                Redactor(secrets),
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
