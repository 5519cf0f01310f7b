"""What messages carry in the demo page: hostile text, files, pictures, albums, copied words."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Browser, expect

from shop_sandbox.site import SandboxSite
from tests.e2e.browser import visit
from tests.e2e.messenger import begin, middle
from tests.e2e.scripted_bot import ScriptedBot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_copy_buttons_copy(browser: Browser, site: SandboxSite, bot: ScriptedBot) -> None:
    """A copy_text button puts its text on the clipboard; a switch button begins an inline query."""
    keys: list[dict[str, object]] = [
        {"text": "Copy the code", "copy_text": {"text": "LUME10"}},
        {"text": "Search", "switch_inline_query_current_chat": "tea"},
    ]
    granted = ["clipboard-read", "clipboard-write"]
    async with visit(browser, site.url, permissions=granted) as page:
        await bot.say(await begin(page, bot), "Yours", keys)
        await middle(page).get_by_role("button", name="Copy the code").click()
        await expect(middle(page).locator(".toast")).to_have_text("Copied: LUME10")
        assert await page.evaluate("navigator.clipboard.readText()") == "LUME10"
        await middle(page).get_by_role("button", name="Search").click()
        field = middle(page).get_by_role("textbox", name="Message")
        await expect(field).to_have_value(f"@{site.telegram.bot.username} tea")
        assert (await bot.hear("inline_query"))["query"] == "tea"


async def test_an_album_stands_together_and_a_folded_quote_opens(
    browser: Browser, site: SandboxSite, bot: ScriptedBot
) -> None:
    """Pictures sent as one group make one message; a spoiler and a long quote open on a press."""
    async with visit(browser, site.url) as page:
        chat = await begin(page, bot)
        picture = await page.locator("#active .head").screenshot()
        media = [{"type": "photo", "media": "attach://file", "caption": c} for c in ("New", "")]
        await bot.photo("sendMediaGroup", picture, chat_id=chat, media=json.dumps(media))
        album = middle(page).locator(".message.theirs")
        await expect(album).to_have_count(1)
        await expect(album.locator("img")).to_have_count(2)
        quote = "a\nb\nc\nd\ne\nf"
        await bot.say(
            chat, f"<blockquote expandable>{quote}</blockquote><tg-spoiler>s</tg-spoiler>"
        )
        folded = middle(page).locator("blockquote")
        await expect(folded).to_have_attribute("aria-expanded", "false")
        await folded.press("Enter")
        await expect(folded).to_have_attribute("aria-expanded", "true")
        await middle(page).locator(".spoiler").click()
        await expect(middle(page).locator(".spoiler-open")).to_have_text("s")


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
