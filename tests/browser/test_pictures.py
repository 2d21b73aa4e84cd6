"""A picture in a form of the sandbox's page: chosen, sent, and seen in the preview and the post."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.test_main_job import be, enter, press, set_up
from tests.sharing import pictures


def test_a_picture_is_shared_and_shown(page: Page) -> None:
    set_up(page)
    page.fill("#text", "/sharing settings")
    page.locator("#commands").get_by_text("/sharing settings", exact=True).click()
    page.locator("form.command").get_by_role("button", name="Send command").click()
    press(page, "Allow pictures")
    expect(page.locator("#messages").get_by_role("button", name="Words only", exact=True)).to_be_visible()

    be(page, "Maya")
    enter(page, "# sharing")
    press(page, "Share anonymously")
    form = page.locator("dialog")
    form.locator("textarea").first.fill("The room I slept in.")
    file = {"name": "room.jpg", "mimeType": "image/jpeg", "buffer": pictures.MARKED["JPEG"]}
    form.locator("input[type=file]").set_input_files(file)
    form.get_by_role("button", name="Submit").click()
    expect(page.locator("#messages")).to_contain_text("faces, places, handwriting")
    press(page, "Post")

    be(page, "Noor")
    enter(page, "# sharing")
    shown = page.locator("#messages img")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth") == 320
