"""Every error the shop raises on purpose: refused, transient or corrupt."""

from __future__ import annotations


class ShopError(Exception):
    """Root of the shop's own errors."""


class InvalidMoneyError(ShopError, ValueError):
    """An amount is not written as money, or two currencies were mixed."""


class RefusedError(ShopError):
    """The person can do something about it: carries the key of the text that says what.

    Attributes:
        key: Message key in locales/, such as ``refused.sold_out``.
        params: Values for its placeholders.
    """

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


class TransientError(ShopError):
    """A service or the disk did not answer as it should; trying again later may help."""


class CorruptError(ShopError):
    """What is stored cannot be right; stop and tell the operator."""


class UnfitError(CorruptError):
    """The database must be reached or set up in another way; what it holds is whole."""
