"""The catalog's file in the owner's chat: sent out, sent in, replaced and brought back."""

from __future__ import annotations

from dataclasses import replace as replaced

from bot.catalog_file.faults import CatalogFaultsError
from bot.catalog_file.source import MAXIMUM_BYTES
from bot.chat.desk import Desk, File, Incoming, Reply, Visit
from bot.chat.owner_actions import ReplaceAndCount, ReplaceCatalog, UndoCatalog
from bot.chat.screens import owner_faults
from bot.chat.screens import owner_file as screens
from bot.domain.errors import RefusedError
from bot.shop.catalog.edits import Edited
from bot.shop.catalog.news import change_of


async def send(desk: Desk, visit: Visit, _: str) -> Reply:
    """Send the file as it is now."""
    edits = desk.shop.catalog_edits
    try:
        source = await edits.source()
    except CatalogFaultsError as error:
        return refused(visit, error)
    file = File(edits.file, source)
    try:
        products = (await edits.check(source)).products
    except CatalogFaultsError as error:
        return Reply(owner_faults.faulty_file(error.faults, error.file, visit.texts), file=file)
    kept = await desk.shop.catalog_files.kept()
    return Reply(screens.as_it_is(len(products), kept, visit.texts), file=file)


async def taken(desk: Desk, visit: Visit, incoming: Incoming) -> Reply:
    """Check a file that was sent, and show what it would change."""
    if incoming.fetch is None or incoming.size > MAXIMUM_BYTES:
        raise RefusedError("owner.file_large", limit=MAXIMUM_BYTES // 1_000_000)
    source = await incoming.fetch()
    return await _offer(desk, visit, source)


async def replace(desk: Desk, visit: Visit, action: ReplaceCatalog | ReplaceAndCount) -> Reply:
    """Put the file that was sent in the catalog's place."""
    anew = isinstance(action, ReplaceAndCount)
    return await _replace(desk, visit, action.digest, anew=anew)


async def undo(desk: Desk, visit: Visit, action: UndoCatalog) -> Reply:
    """Bring back what was replaced; ask first where stock would be counted anew by it."""
    try:
        source = await desk.shop.catalog_files.replaced(action.digest)
        offer = await desk.shop.catalog_files.offer(visit.chat.id, source)
    except CatalogFaultsError as error:
        return refused(visit, error, kept=False)
    if offer.counts:
        return Reply(screens.offer(offer, visit.texts), fresh=True)
    # A message of its own: the one that was tapped may hold the file.
    return replaced(await _replace(desk, visit, offer.digest, anew=False), fresh=True)


def refused(visit: Visit, error: CatalogFaultsError, *, kept: bool = True) -> Reply:
    """Tell what is wrong with a file."""
    found = error.faults
    screen = owner_faults.faults(found, len(found), error.file, visit.texts, kept=kept)
    return Reply(screen, fresh=True)


def not_saved(desk: Desk, visit: Visit, error: CatalogFaultsError) -> Reply:
    """Tell why a quick edit was not saved: by itself, or because the file is broken already."""
    if not desk.shop.catalog_edits.sound:
        return refused(visit, error)
    return Reply(owner_faults.not_saved(error.faults, visit.texts), fresh=True)


def done_words(visit: Visit, done: Edited) -> str:
    """Return in one line of HTML what a quick edit did."""
    summed = screens.summary(change_of(done.diff), visit.texts)
    key = "owner.edited" if summed else "owner.edited_nothing"
    return " ".join(filter(None, (visit.texts.html(key), summed)))


async def _offer(desk: Desk, visit: Visit, source: bytes) -> Reply:
    try:
        offer = await desk.shop.catalog_files.offer(visit.chat.id, source)
    except CatalogFaultsError as error:
        return refused(visit, error, kept=False)
    return Reply(screens.offer(offer, visit.texts))


async def _replace(desk: Desk, visit: Visit, digest: str, *, anew: bool) -> Reply:
    try:
        done = await desk.shop.catalog_files.replace(
            visit.user_id, visit.chat.id, digest, anew=anew
        )
    except CatalogFaultsError as error:
        return refused(visit, error, kept=False)
    return Reply(screens.edited(done, visit.texts))
