"""The main job, as a newcomer does it on the sandbox's page by the README alone."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

YEARS_OF_SILENCE = "I say I'm fine, every time. It is easier."


def be(page: Page, name: str) -> None:
    label = page.locator("#people option").filter(has_text=re.compile(f"^{name} ")).inner_text()
    page.locator("#people").select_option(label=label)
    expect(page.locator("#messages")).to_be_visible()


def enter(page: Page, channel: str) -> None:
    page.locator("nav").get_by_role("button", name=channel).click()
    expect(page.locator("h1")).to_contain_text(channel.removeprefix("⤷ ").removeprefix("✉ "))


def press(page: Page, label: str) -> None:
    page.locator("#messages").get_by_role("button", name=label, exact=True).last.click()


def command(page: Page, path: str, **options: str) -> None:
    page.fill("#text", f"/{path}")
    page.locator("#commands").get_by_text(f"/{path}", exact=True).click()
    form = page.locator("form.command")
    if options:
        for name, value in options.items():
            form.locator("label").filter(has_text=name).locator("input, select").fill(value)
        form.get_by_role("button", name="Send command").click()
    expect(page.locator("#commands")).to_be_hidden()


def set_up(page: Page) -> None:
    """As Ana: a circle from what set-up suggests."""
    press(page, "Set up")
    page.get_by_label("Choose a time zone").select_option(index=5)
    press(page, "Look it over")
    press(page, "Save")
    enter(page, "# sharing")
    expect(page.locator("#messages").get_by_role("button", name="Share anonymously")).to_be_visible()


def test_a_circle_checks_in(page: Page) -> None:
    set_up(page)
    enter(page, "# circle")
    command(page, "schedule check-in", day="Tuesday", time="19:00")
    press(page, "Save")
    expect(page.locator("#messages")).to_contain_text("is saved")
    page.get_by_role("button", name="To what comes next").click()

    be(page, "Maya")
    enter(page, "# circle")
    press(page, "Check in")
    form = page.locator("dialog")
    form.get_by_label("Near", exact=True).first.check()
    form.get_by_label("Words, if you like").fill("tired, and glad this is here")
    form.get_by_role("button", name="Submit").click()
    press(page, "By name")
    expect(page.locator("#messages")).to_contain_text("Only you can see this.")

    be(page, "Noor")
    enter(page, "# circle")
    expect(page.locator("#messages")).not_to_contain_text("Only you can see this.")
    press(page, "Pass")
    expect(page.locator("#messages")).to_contain_text("Only you can see this.")
    page.get_by_role("button", name="+1 hour").click()
    page.locator("nav button.thread").first.click()
    expect(page.locator("#messages")).to_contain_text("tired, and glad this is here")
    expect(page.locator("#messages")).to_contain_text("Maya")


def test_a_prompt_is_answered_by_name_in_its_thread(page: Page) -> None:
    set_up(page)
    enter(page, "# circle")
    command(page, "schedule prompt", day="Friday", time="18:00", deck="First steps")
    press(page, "Save")
    page.get_by_role("button", name="To what comes next").click()
    be(page, "Tomás")
    enter(page, "# circle")
    press(page, "Answer")
    form = page.locator("dialog")
    form.locator("textarea").fill("the bench by the harbour, most mornings")
    form.get_by_role("button", name="Submit").click()
    page.locator("nav button.thread").first.click()
    expect(page.locator("#messages")).to_contain_text("the bench by the harbour, most mornings")


def test_something_is_shared_without_a_name_and_taken_back(page: Page) -> None:
    set_up(page)
    be(page, "Maya")
    enter(page, "# sharing")
    press(page, "Share anonymously")
    form = page.locator("dialog")
    form.locator("textarea").first.fill(YEARS_OF_SILENCE)
    form.get_by_role("button", name="Submit").click()
    expect(page.locator("#messages")).to_contain_text("Only you can see this.")
    press(page, "Post")
    expect(page.locator("#messages .message:not(.ephemeral)").last).to_contain_text(YEARS_OF_SILENCE)

    be(page, "Noor")
    enter(page, "# sharing")
    expect(page.locator("#messages")).to_contain_text(YEARS_OF_SILENCE)
    expect(page.locator("#messages")).not_to_contain_text("Maya")
    press(page, "With you")

    be(page, "Maya")
    enter(page, "# sharing")
    press(page, "Take back")
    press(page, "Yes, take it back")
    expect(page.locator("#messages")).to_contain_text("It is taken back.")
    be(page, "Noor")
    enter(page, "# sharing")
    expect(page.locator("#messages")).not_to_contain_text(YEARS_OF_SILENCE)


def test_a_direct_message_becomes_a_share_only_when_its_writer_wants(page: Page) -> None:
    set_up(page)
    be(page, "Lin")
    enter(page, "✉ Towards")
    page.fill("#text", "something I never said aloud")
    page.keyboard.press("Enter")
    expect(page.locator("#messages .message").last).to_contain_text("something I never said aloud")
    press(page, "Let it go")
    enter(page, "# sharing")
    expect(page.locator("#messages")).not_to_contain_text("something I never said aloud")


def test_a_schedule_is_picked_from_what_is_suggested(page: Page) -> None:
    set_up(page)
    enter(page, "# circle")
    command(page, "schedule check-in", day="Tuesday", time="19:00")
    press(page, "Save")
    expect(page.locator("#messages")).to_contain_text("is saved")
    page.fill("#text", "/schedule run")
    page.keyboard.press("Enter")
    form = page.locator("form.command")
    suggested = form.locator("datalist option").first
    expect(suggested).to_be_attached()
    form.locator("input").first.fill(suggested.get_attribute("value") or "")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#messages").get_by_role("button", name="I'm here")).to_be_visible()
    expect(page.locator("#commands")).to_be_hidden()


def test_what_comes_is_dated_by_the_bots_clock_and_found(page: Page) -> None:
    set_up(page)
    command(page, "schedule check-in", day="Tuesday", time="19:00")
    press(page, "Save")
    expect(page.locator("#messages")).to_contain_text("is saved")
    page.get_by_role("button", name="+1 week").click()
    expect(page.locator("#clock button").first).to_be_enabled()
    page.get_by_role("button", name="To what comes next").click()
    expect(page.locator("#notice")).to_have_text("Something came in # circle.")
    enter(page, "# circle")
    day = page.locator("#now").inner_text().split(",")[0]
    written = page.locator("#messages .message").last.locator(".head time")
    expect(written).not_to_contain_text(day)  # it came today, by that clock: the hour is enough
    page.get_by_role("button", name="+1 day").click()
    expect(page.locator("#messages .message").first.locator(".head time")).to_contain_text(day)


def test_private_messages_are_put_away_and_links_lead_to_places_here(page: Page) -> None:
    set_up(page)
    enter(page, "# welcome")
    page.locator("#messages .mention").filter(has_text="#sharing").first.click()
    expect(page.locator("h1")).to_have_text("# sharing")
    enter(page, "# welcome")
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#messages")).not_to_contain_text("Only you can see this.")
