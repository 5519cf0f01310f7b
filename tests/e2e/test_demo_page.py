"""Talking in the demo page: texts, buttons, links, commands, files; a scripted bot answers."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from bot.sandbox.site import SandboxSite
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


async def test_links_to_the_bot_stay_in_the_page_and_payment_opens_one_tab(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """A link to the bot in a message starts here; the checkout's address opens a tab beside."""
    link = f"{site.telegram_link_url}/{site.telegram.bot.username}?start=p_house"
    async with visit(browser, site.url) as page:
        chat = await begin(page, bot)
        await bot.say(
            chat,
            "Look",
            [{"text": "The blend", "url": link}],
            [{"text": "Pay", "url": f"{site.url}/c/pay/cs_test_none#frag"}],
        )
        await middle(page).get_by_role("link", name="The blend").click()
        assert (await bot.hear("message"))["text"] == "/start p_house"
        pay = middle(page).get_by_role("link", name="Pay")
        await expect(pay).to_have_attribute("href", f"{site.url}/c/pay/cs_test_none#frag")
        await expect(pay).to_have_attribute("target", "checkout")
        assert len(page.context.pages) == 1


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


async def test_what_people_write_is_never_markup(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """Hostile names and texts stand as they were written, in the thread and in the list."""
    hostile = "<img src=x onerror=alert(1)> & <b>_*`"
    async with visit(browser, site.url) as page:
        chat = await begin(page, bot)
        field = middle(page).get_by_role("textbox", name="Message")
        await field.fill(hostile)
        await field.press("Enter")
        await expect(middle(page).locator(".message.mine .words").last).to_have_text(hostile)
        await expect(page.locator(".chat-row-chosen .chat-row-line")).to_have_text(hostile)
        await bot.say(chat, "&lt;script&gt;x&lt;/script&gt; <b>bold</b> <tg-spoiler>s</tg-spoiler>")
        words = middle(page).locator(".message.theirs .words").last
        await expect(words).to_have_text("<script>x</script> bold s")
        assert await words.locator("b").inner_text() == "bold"
        assert await page.locator(".words script, .words img").count() == 0


async def test_files_go_both_ways_and_pictures_can_be_looked_at(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """A chosen file reaches the bot with its caption; a photo opens large; Escape closes it."""
    async with visit(browser, site.url) as page:
        chat = await begin(page, bot)
        given = {"name": "catalog.json", "mimeType": "application/json", "buffer": b'{"shop": 1}'}
        await middle(page).locator("input[type=file]").set_input_files(given)  # type: ignore[arg-type]
        await middle(page).get_by_role("textbox", name="Message").fill("the new one")
        await middle(page).get_by_role("button", name="Send").click()
        heard = await bot.hear("message")
        assert (heard["document"]["file_name"], heard["caption"]) == ("catalog.json", "the new one")
        async with page.expect_download() as started:
            await middle(page).get_by_role("link", name="Download catalog.json").click()
        download = await started.value
        assert download.suggested_filename == "catalog.json"
        assert (await download.path()).read_bytes() == b'{"shop": 1}'
        picture = await page.locator("#active .head").screenshot()
        await bot.photo("sendPhoto", picture, chat_id=chat, caption="A photo")
        await middle(page).get_by_role("button", name="Look at the picture: A photo").click()
        await expect(page.get_by_role("dialog", name="Picture")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)


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
