"""The catalog's file in the owner's chat: sent out, sent in, replaced and brought back."""

from __future__ import annotations

from dataclasses import replace as replaced

from bot.chat.owner_actions import (
    KeepPrices,
    ReadTable,
    ReplaceAndCount,
    ReplaceCatalog,
    TakePrices,
    UndoCatalog,
)
from bot.chat.request import ChatContext, ChatRequest, File, Incoming, Reply
from bot.chat.screens import owner_faults, owner_table
from bot.chat.screens import owner_file as screens
from bot.domain.errors import RefusedError
from bot.ports.catalog import LARGEST_CATALOG, LARGEST_TABLE, CatalogFaultsError, TableAskedError
from bot.shop.catalog.catalogs import Sure, sure, unsure
from bot.shop.catalog.uploads import NO_ANSWERS, short_digest


async def send(context: ChatContext, request: ChatRequest) -> Reply:
    """Send the file as it is now."""
    edits = context.shop.catalog_edits
    try:
        source = await edits.source()
    except CatalogFaultsError as error:
        return refused(request, error)
    file = File(edits.file, source)
    try:
        products = (await edits.check(source)).products
    except CatalogFaultsError as error:
        return Reply(owner_faults.faulty_file(error.faults, error.file, request.texts), file=file)
    kept = await context.shop.catalog_files.kept()
    return Reply(screens.as_it_is(len(products), kept, request.texts), file=file)


async def taken(context: ChatContext, request: ChatRequest, incoming: Incoming) -> Reply:
    """Check a file that was sent, and show what it would change."""
    if incoming.fetch is None or incoming.size > LARGEST_CATALOG:
        raise RefusedError("owner.file_large", limit=LARGEST_CATALOG // 1_000_000)
    source = await incoming.fetch()
    return await _offer(context, request, source)


async def taken_table(context: ChatContext, request: ChatRequest, incoming: Incoming) -> Reply:
    """Put a table that was sent into the catalog, and show what that would change."""
    if incoming.fetch is None or incoming.size > LARGEST_TABLE:
        raise RefusedError("owner.file_large", limit=LARGEST_TABLE // 1_000_000)
    table, category = await incoming.fetch(), request.texts.text("cli.import.category")
    files = context.shop.catalog_files
    try:
        offer = await files.offer_table(request.chat.id, table, incoming.name, category)
    except TableAskedError as error:
        return Reply(owner_table.question(error, short_digest(table), NO_ANSWERS, request.texts))
    except CatalogFaultsError as error:
        return refused(request, error, kept=False)
    return Reply(screens.offer(offer, request.texts))


async def read_table(context: ChatContext, request: ChatRequest, action: ReadTable) -> Reply:
    """Read a table that was asked about; another question may follow."""
    answers, category = owner_table.answers(action), request.texts.text("cli.import.category")
    files = context.shop.catalog_files
    try:
        offer = await files.offer_asked(request.chat.id, action.digest, category, answers)
    except TableAskedError as error:
        return Reply(owner_table.question(error, action.digest, answers, request.texts))
    except CatalogFaultsError as error:
        return refused(request, error, kept=False)
    return Reply(screens.offer(offer, request.texts))


async def replace(
    context: ChatContext, request: ChatRequest, action: ReplaceCatalog | ReplaceAndCount
) -> Reply:
    """Put the file that was sent in the catalog's place."""
    anew = isinstance(action, ReplaceAndCount)
    return await _replace(context, request, action.digest, anew=anew)


async def undo(context: ChatContext, request: ChatRequest, action: UndoCatalog) -> Reply:
    """Bring back what was replaced; ask first where stock would be counted anew by it."""
    try:
        source = await context.shop.catalog_files.replaced(action.digest)
        offer = await context.shop.catalog_files.offer(request.chat.id, source)
    except CatalogFaultsError as error:
        return refused(request, error, kept=False)
    if offer.counts:
        return Reply(screens.offer(offer, request.texts, old=True), fresh=True)
    # A message of its own: the one that was tapped may hold the file.
    reply = await _replace(context, request, offer.digest, anew=False, meant=sure)
    return replaced(reply, fresh=True)


async def answer_prices(
    context: ChatContext, request: ChatRequest, action: TakePrices | KeepPrices
) -> Reply:
    """Sell at prices that waited for an answer, or keep the old ones."""
    keep = isinstance(action, KeepPrices)
    try:
        done = await context.shop.catalog_edits.answer(request.user_id, action.digest, keep=keep)
    except CatalogFaultsError as error:
        return not_saved(context, request, error)
    if keep and not done.undo:
        return Reply(screens.kept(done, request.texts))
    return Reply(screens.edited(done, request.texts))


def refused(request: ChatRequest, error: CatalogFaultsError, *, kept: bool = True) -> Reply:
    """Tell what is wrong with a file."""
    found = error.faults
    screen = owner_faults.faults(found, len(found), error.file, request.texts, kept=kept)
    return Reply(screen, fresh=True)


def not_saved(context: ChatContext, request: ChatRequest, error: CatalogFaultsError) -> Reply:
    """Tell why a quick edit was not saved: by itself, or because the file is broken already."""
    if not context.shop.catalog_edits.sound:
        return refused(request, error)
    return Reply(owner_faults.not_saved(error.faults, request.texts), fresh=True)


async def _offer(context: ChatContext, request: ChatRequest, source: bytes) -> Reply:
    try:
        offer = await context.shop.catalog_files.offer(request.chat.id, source)
    except CatalogFaultsError as error:
        return refused(request, error, kept=False)
    return Reply(screens.offer(offer, request.texts))


async def _replace(
    context: ChatContext, request: ChatRequest, digest: str, *, anew: bool, meant: Sure = unsure
) -> Reply:
    try:
        done = await context.shop.catalog_files.replace(
            request.user_id, request.chat.id, digest, anew=anew, meant=meant
        )
    except CatalogFaultsError as error:
        return refused(request, error, kept=False)
    return Reply(screens.edited(done, request.texts))
