"""What the shop says about itself: help, terms, privacy, languages, reminders; and kind answers."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.actions import AskDelete, ChooseLanguage, Home, SetReminders, Wanted
from bot.chat.errors import refusal_words
from bot.chat.handlers import browse
from bot.chat.request import ChatContext, ChatRequest, Reply
from bot.chat.screen import Button, Screen
from bot.chat.screens import info as screens
from bot.chat.screens import reminders as reminder_screens
from bot.domain.errors import RefusedError


async def help_(context: ChatContext, request: ChatRequest) -> Reply:
    """Say how the shop works."""
    return Reply(screens.help_(context.catalog, request.texts, group=request.group))


async def owner_help(_: ChatContext, request: ChatRequest) -> Reply:
    """Say what only owners can do; what customers read is a tap away."""
    return Reply(screens.owner_help(request.texts))


async def terms(context: ChatContext, request: ChatRequest) -> Reply:
    """Show the terms of sale."""
    return Reply(screens.terms(context.catalog, request.texts))


async def imprint(context: ChatContext, request: ChatRequest) -> Reply:
    """Say whose shop it is."""
    return Reply(screens.imprint(context.catalog, request.texts))


async def languages(context: ChatContext, request: ChatRequest) -> Reply:
    """Show the languages to choose from."""
    every = (context.languages.texts(code) for code in context.languages.codes)
    return Reply(screens.languages(every, request.texts))


async def choose_language(
    context: ChatContext, request: ChatRequest, action: ChooseLanguage
) -> Reply:
    """Speak another language in this chat, from the next word on."""
    if action.language not in context.languages.codes:
        return await languages(context, request)
    chat = await context.shop.people.choose_language(request.chat.id, action.language)
    chosen = replace(request, chat=chat, texts=context.languages.texts(chat.language))
    return Reply(screens.kind(chosen.texts.html("language.chosen"), chosen.texts))


async def privacy(context: ChatContext, request: ChatRequest) -> Reply:
    """Say what is known about people, and how to have it deleted."""
    owners = bool(context.shop.context.owners)
    screen = screens.privacy(context.catalog, request.texts, owners=owners, group=request.group)
    if request.group:
        return Reply(screen)
    ask = Button(request.texts.text("button.delete"), AskDelete())
    return Reply(Screen(screen.text, (*screen.rows, (ask,))))


async def ask_delete(context: ChatContext, request: ChatRequest) -> Reply:
    """Say what would be deleted and what is kept, and ask."""
    texts = request.texts
    if request.group:
        return Reply(screens.kind(texts.html("delete.in_group"), texts))
    owned = bool(context.shop.context.owners)
    return Reply(screens.sure_delete(context.catalog, texts, owners=owned))


async def delete(context: ChatContext, request: ChatRequest) -> Reply:
    """Forget the person who asks."""
    texts = request.texts
    if request.group:
        return Reply(screens.kind(texts.html("delete.in_group"), texts))
    try:
        await context.shop.forgetting.forget(request.chat.id, request.user_id)
    except RefusedError as refused:
        return Reply(said=refusal_words(refused, texts), alert=True)
    start = Button(texts.text("button.open_shop"), Home())
    return Reply(Screen(texts.html("delete.done"), ((start,),)))


async def reminders(context: ChatContext, request: ChatRequest) -> Reply:
    """Say whether this chat is reminded, and offer the other."""
    return Reply(
        reminder_screens.reminders(context.catalog, request.texts, wanted=request.chat.reminders)
    )


async def stop_reminders(context: ChatContext, request: ChatRequest) -> Reply:
    """Send this chat no reminders any more."""
    await context.shop.people.want_reminders(request.chat.id, wanted=False)
    return Reply(said=request.texts.text("toast.reminders_off"), alert=True)


async def set_reminders(context: ChatContext, request: ChatRequest, action: SetReminders) -> Reply:
    """Remind this chat, or do not."""
    wanted = action.wanted is Wanted.YES
    await context.shop.people.want_reminders(request.chat.id, wanted=wanted)
    return Reply(reminder_screens.reminders(context.catalog, request.texts, wanted=wanted))


async def old_button(context: ChatContext, request: ChatRequest) -> Reply:
    """Answer button data that is not ours any more, or never was."""
    return Reply(await browse.front(context, request), request.texts.text("toast.old_button"))


async def unknown_command(_: ChatContext, request: ChatRequest) -> Reply:
    """Answer a command that there is not."""
    return Reply(screens.kind(request.texts.html("unknown.command"), request.texts))


def in_own_chat(request: ChatRequest, name: str) -> Reply:
    """Say of a command of owners that it works in no group; whoever gives it gets the same words.

    Args:
        request: Of the group.
        name: The command's, without its stroke.
    """
    return Reply(said=request.texts.text("unknown.in_group", command=f"/{name}"), alert=True)


async def unknown_words(_: ChatContext, request: ChatRequest) -> Reply:
    """Answer words."""
    return Reply(screens.kind(request.texts.html("unknown.text"), request.texts))


async def unknown_thing(_: ChatContext, request: ChatRequest) -> Reply:
    """Answer a sticker, a voice message, a picture or the like."""
    return Reply(screens.kind(request.texts.html("unknown.thing"), request.texts))


async def passed_on(_: ChatContext, request: ChatRequest) -> Reply:
    """Answer what was forwarded."""
    return Reply(screens.kind(request.texts.html("unknown.forwarded"), request.texts))


async def nothing(_: ChatContext, request: ChatRequest) -> Reply:  # noqa: ARG001 - as all handlers
    """Answer a label in the shape of a button."""
    return Reply()
