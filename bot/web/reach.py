"""A look at the shop's public address from where the shop stands."""

from __future__ import annotations

import aiohttp

#: All the time that an answer may take, seconds.
_PATIENCE = 8.0
_LONGEST = 4096


async def trouble_reaching(address: str) -> str | None:
    """Ask for a public address's ``/healthz``; return what is wrong, None where it is the shop.

    Args:
        address: Scheme, host and maybe port.
    """
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE)) as session,
            session.get(f"{address}/healthz", allow_redirects=False) as answer,
        ):
            body = await answer.content.read(_LONGEST)
    except TimeoutError:
        return f"no answer within {_PATIENCE:.0f} s"
    except aiohttp.ClientConnectorCertificateError:
        return "its certificate is not valid"
    except (aiohttp.ClientError, OSError) as error:
        return type(error).__name__
    if answer.status != 200:  # noqa: PLR2004 - HTTP's OK
        return f"status {answer.status}"
    return None if b'"alive"' in body else "something else answers there"
