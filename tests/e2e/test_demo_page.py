"""Talking in the demo page: buttons, links, commands, replies; a scripted bot answers."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Browser, Route, expect

from shop_sandbox.site import SandboxSite
from tests.e2e.browser import visit
from tests.e2e.messenger import begin, button, middle
from tests.e2e.scripted_bot import ScriptedBot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_tap_waits_for_its_answer_and_the_message_changes_in_place(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """Start reaches the bot, a tapped button waits, its toast shows, the edit keeps one message."""
    async with visit(browser, site.url) as page:
        chat = await begin(page, bot)
        shown = await bot.say(chat, "<b>Cart</b>: 1", [button("Add one", "v1:add")])
        key = middle(page).get_by_role("button", name="Add one")
        await key.click()
        tapped = await bot.hear("callback_query")
        await expect(key).to_have_attribute("aria-busy", "true")
        assert tapped["data"] == "v1:add"
        await bot.call("answerCallbackQuery", callback_query_id=tapped["id"], text="Added")
        await expect(middle(page).locator(".toast")).to_have_text("Added")
        await expect(key).not_to_have_attribute("aria-busy", "true")
        await bot.call(
            "editMessageText",
            chat_id=chat,
            message_id=shown,
            text="Cart: 2",
            reply_markup={"inline_keyboard": [[button("Remove", "v1:remove")]]},
        )
        await expect(middle(page).get_by_role("button", name="Remove")).to_be_visible()
        await expect(key).to_have_count(0)
        await expect(middle(page).locator(".message.theirs .words")).to_have_text(["Cart: 2"])


async def test_an_alert_stays_until_it_is_confirmed_and_a_deleted_message_goes(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """show_alert opens a dialog; deleteMessage takes the message off the page."""
    async with visit(browser, site.url) as page:
        chat = await begin(page, bot)
        shown = await bot.say(chat, "Sure?", [button("Yes", "y", style="danger")])
        await middle(page).get_by_role("button", name="Yes").click()
        query = (await bot.hear("callback_query"))["id"]
        await bot.call(
            "answerCallbackQuery", callback_query_id=query, text="Sold out", show_alert=True
        )
        box = page.get_by_role("dialog")
        await expect(box).to_contain_text("Sold out")
        await box.get_by_role("button", name="OK").click()
        await expect(box).to_have_count(0)
        await bot.call("deleteMessage", chat_id=chat, message_id=shown)
        await expect(middle(page).locator(".message.theirs")).to_have_count(0)


async def test_a_deep_link_starts_once_as_the_person_whose_chat_was_open(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """A t.me link opened in another tab starts as who was open here; a reload does not repeat."""
    async with visit(browser, site.url) as page:
        await page.get_by_role("button", name="Jonas").click()
        await expect(page).to_have_url(re.compile("as=212874003"))
        other = await page.context.new_page()
        await other.goto(f"{site.telegram_link_url}/{site.telegram.bot.username}?start=paid_x1")
        started = await bot.hear("message")
        assert (started["from"]["first_name"], started["text"]) == ("Jonas", "/start paid_x1")
        await expect(other).to_have_url(re.compile(r"#chat=212874003&as=212874003$"))
        await other.reload()
        await expect(middle(other).locator(".message.mine")).to_have_count(1)
        await expect(middle(page).locator(".message.mine")).to_have_count(1)


async def test_links_to_the_bot_stay_in_the_page_and_payments_share_one_tab(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """A link to the bot starts here; the sandbox's own pages open in one tab, used again."""
    link = f"{site.telegram_link_url}/{site.telegram.bot.username}?start=p_house"
    own = f"{site.url}/page/icon.svg#frag"
    async with visit(browser, site.url) as page:
        chat = await begin(page, bot)
        await bot.say(chat, "Look", [{"text": "The blend", "url": link}])
        await bot.say(chat, "Pay", [{"text": "Pay €5", "url": own}])
        await middle(page).get_by_role("link", name="The blend").click()
        assert (await bot.hear("message"))["text"] == "/start p_house"
        assert len(page.context.pages) == 1
        pay = middle(page).get_by_role("link", name="Pay €5")
        async with page.expect_popup() as opened:
            await pay.click()
        beside = await opened.value
        await expect(beside).to_have_url(own)
        await beside.goto(f"{site.telegram_link_url}/{site.telegram.bot.username}?start=paid_x")
        assert (await bot.hear("message"))["text"] == "/start paid_x"
        await middle(beside).get_by_role("link", name="Pay €5").click()
        await expect(beside).to_have_url(own)
        assert len(page.context.pages) == 2


async def test_commands_are_listed_filtered_and_sent(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """The commands come in the person's language; typing filters; Enter sends what is typed."""
    await bot.call("setMyCommands", commands=[_command("cart", "Your cart")])
    german = [_command("cart", "Warenkorb"), _command("checkout", "Bezahlen")]
    await bot.call("setMyCommands", commands=german, language_code="de")
    async with visit(browser, site.url) as page:
        await page.get_by_role("button", name="Jonas").click()
        await begin(page, bot)
        await middle(page).get_by_role("button", name="Commands").click()
        options = middle(page).get_by_role("option")
        await expect(options).to_have_text(["/cartWarenkorb", "/checkoutBezahlen"])
        field = middle(page).get_by_role("textbox", name="Message")
        await field.fill("/ch")
        await expect(options).to_have_text(["/checkoutBezahlen"])
        await field.press("ArrowDown")
        await field.press("Enter")
        assert (await bot.hear("message"))["text"] == "/checkout"
        await field.fill("/cart now")
        await field.press("Enter")
        assert (await bot.hear("message"))["text"] == "/cart now"
        await expect(field).to_have_value("")


def _command(name: str, words: str) -> dict[str, str]:
    return {"command": name, "description": words}


async def test_inline_mode_shows_results_and_sends_the_chosen_one(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """Typing the bot's name and words asks it; a chosen result lands in the chat, via the bot."""
    async with visit(browser, site.url) as page:
        await begin(page, bot)
        field = middle(page).get_by_role("textbox", name="Message")
        await field.fill(f"@{site.telegram.bot.username} coff")
        query = await bot.hear("inline_query")
        assert query["query"] == "coff"
        content = {"message_text": "House blend, 12.50"}
        found = {"type": "article", "id": "a", "title": "House", "input_message_content": content}
        await bot.call("answerInlineQuery", inline_query_id=query["id"], results=[found])
        await middle(page).get_by_role("option", name="House").click()
        await expect(middle(page).locator(".message.mine .words").last).to_have_text(
            "House blend, 12.50"
        )
        await expect(middle(page).locator(".via")).to_have_text(
            f"via @{site.telegram.bot.username}"
        )


async def test_words_written_while_the_page_comes_are_sent(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """The field waits until the page knows whose it is: nothing typed is lost."""
    async with visit(browser, site.url) as page:
        await begin(page, bot)
        held = asyncio.Event()

        async def hold(route: Route) -> None:
            await held.wait()
            await route.continue_()

        await page.route("**/demo/state?*", hold)
        await page.reload()
        field = middle(page).get_by_role("textbox", name="Message")
        await expect(field).to_have_count(0)
        writing = asyncio.create_task(field.fill("as soon as possible"))
        held.set()
        await writing
        await field.press("Enter")
        assert (await bot.hear("message"))["text"] == "as soon as possible"


async def test_a_reply_and_an_edit_reach_the_bot(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """A reply answers its message; the arrow up edits one's last text, which is marked."""
    async with visit(browser, site.url) as page:
        chat = await begin(page, bot)
        asked = await bot.say(chat, "Tracking?")
        question = middle(page).locator(".message.theirs")
        await question.get_by_role("button", name="What to do with this message").click()
        await page.get_by_role("menuitem", name="Reply").click()
        field = middle(page).get_by_role("textbox", name="Message")
        await expect(middle(page).locator(".about")).to_contain_text("Reply to")
        await field.fill("XY 12")
        await field.press("Enter")
        heard = await bot.hear("message")
        assert heard["reply_to_message"]["message_id"] == asked
        await expect(middle(page).locator(".quoted")).to_contain_text("Tracking?")
        await field.press("ArrowUp")
        await expect(field).to_have_value("XY 12")
        await field.fill("XY 13")
        await field.press("Enter")
        assert (await bot.hear("edited_message"))["text"] == "XY 13"
        await expect(middle(page).locator(".message.mine").last).to_contain_text("XY 13")
        await expect(middle(page).locator(".message.mine .edited")).to_have_count(1)
