"""The preview over the wire: what could give a writer away is told to them alone, mended at a tap, never blocking."""

from __future__ import annotations

import re

import pytest

from bot.circles.models import Circle
from sandbox.people import Person, Reply, Seen
from tests.e2e.conftest import Stage

TITLE = "This could tell that it was you"
LEAVE = "Leave it as it is"


@pytest.fixture
async def harbour(stage: Stage) -> Circle:
    return await stage.make_circle()


def join(stage: Stage, handle: str, shown: str, nick: str | None = None) -> Person:
    world = stage.sandbox.world
    world.add_member(stage.seeded.guild, world.add_user(handle, global_name=shown), nick=nick)
    return stage.person(handle)


async def preview_of(person: Person, text: str, **more: str) -> Reply:
    form = await person.slash("/share", channel="circle")
    return await person.submit(form, {"text": text, **more})


def mending(preview: Reply, kind: str) -> str:
    """The custom_id of the button that mends what was found of a kind."""
    assert preview.message is not None
    [found] = set(re.findall(rf"share:mend:[0-9a-f]+:{kind}\b", str(preview.message.view)))
    return str(found)


async def post(stage: Stage, person: Person, preview: Reply | Seen) -> Seen:
    await person.click("Post", on=preview)
    await stage.settle()
    return [seen for seen in stage.person("sam").sees("sharing") if "Answer" in seen.buttons][-1]


async def bodies(stage: Stage) -> list[bytes]:
    return [row["body"] for row in await stage.app.db.all("SELECT body FROM drafts")]


@pytest.mark.parametrize(
    "written",
    ["Maria", "mаrіа", "Ma\u200bri\u200ba", "M a r i a", "Мария", "МАРИЯ", "maria.k"],
    ids=["plain", "cyrillic look-alikes", "zero width", "spaced", "nick", "nick in capitals", "user name"],
)
async def test_ones_own_name_in_any_writing_is_told_and_mended_at_a_tap(
    stage: Stage, harbour: Circle, written: str
) -> None:
    maria = join(stage, "maria.k", "Maria", nick="Мария")
    preview = await preview_of(maria, f"They said: {written}, you are too much.")
    assert TITLE in preview.text
    assert f"Your name: `{written}`" in preview.text
    before = await bodies(stage)
    mended = await maria.click("Say (name)", on=preview)
    assert "They said: (name), you are too much." in mended.text
    assert TITLE not in mended.text
    assert await bodies(stage) != before
    shown = await post(stage, maria, mended)
    assert "They said: (name), you are too much." in shown.text


async def test_someone_elses_name_is_not_taken_for_ones_own(stage: Stage, harbour: Circle) -> None:
    preview = await preview_of(stage.person("noor"), "Maya, Lin, Sam: a plain sentence of names.")
    assert TITLE not in preview.text


async def test_all_can_be_left_as_it_is_and_is_not_asked_about_again(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    preview = await preview_of(maya, "Maya here, maya@example.org or +49 30 1234567.")
    assert [label for label in preview.buttons if label.startswith("Say")] == [
        "Say (name)",
        "Say (e-mail address)",
        "Say (number)",
    ]
    left = await maya.click(LEAVE, on=preview)
    assert TITLE not in left.text
    left = await maya.choose(None, "Me too", on=left)
    assert TITLE not in left.text
    shown = await post(stage, maya, left)
    assert "Maya here, maya@example.org or +49 30 1234567." in shown.text


async def test_it_never_stands_in_the_way(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    preview = await preview_of(maya, "Maya here.", note="about Maya")
    assert TITLE in preview.text
    assert "Maya here." in (await post(stage, maya, preview)).text


async def test_one_after_the_other_is_mended_and_the_rest_stays(stage: Stage, harbour: Circle) -> None:
    noor = stage.person("noor")
    server = stage.seeded.guild.id
    text = (
        "My sister Anna lives in Lindenstraße 12. @lin knows, 030 1234567. <:tea:111111111111111111> "
        f"https://discord.com/channels/{server}/1/2 https://youtu.be/abc?si=Ab12"
    )
    preview = await preview_of(noor, text)
    assert "there is a little more after these" in preview.text
    for kind in ("mention", "person", "phone", "address"):
        preview = await noor.click(mending(preview, kind), on=preview)
    assert "My sister (someone) lives in (address). (someone) knows, (number)." in preview.text
    for kind in ("message", "emoji", "traces"):
        preview = await noor.click(mending(preview, kind), on=preview)
    assert TITLE not in preview.text
    shown = await post(stage, noor, preview)
    assert "(number). (link) https://youtu.be/abc" in shown.text
    assert "si=" not in shown.text


async def test_an_edit_is_looked_at_anew(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    preview = await preview_of(maya, "a plain text")
    assert TITLE not in preview.text
    preview = await maya.submit(await maya.click("Edit", on=preview), {"text": "signed, Maya"})
    assert "Your name: `Maya`" in preview.text
    preview = await maya.submit(await maya.click("Content note", on=preview), {"note": "Maya and loss"})
    preview = await maya.click("Say (name)", on=preview)
    assert "Content note: and loss" in preview.text
    assert "signed, (name)" in preview.text


async def test_an_anonymous_answer_is_looked_at_as_well(stage: Stage, harbour: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    share = await post(stage, maya, await preview_of(maya, "a plain text"))
    preview = await noor.submit(await noor.click("Answer", on=share), {"text": "Call me. Noor"})
    assert "Your name: `Noor`" in preview.text
    preview = await noor.click("Say (name)", on=preview)
    await noor.click("Post", on=preview)
    await stage.settle()
    assert share.thread is not None
    assert "Call me. (name)" in stage.person("sam").sees(share.thread)[-1].text


async def test_in_a_direct_message_the_servers_nick_is_known_too(stage: Stage, harbour: Circle) -> None:
    vera = join(stage, "quiet_one", "Q", nick="Вера")
    await vera.dm("Вера doesn't sleep.")
    preview = await vera.dm_reply()
    assert "Your name: `Вера`" in preview.text
    await vera.click("Say (name)", on=preview)
    assert "(name) doesn't sleep." in preview.text
    assert TITLE not in preview.text


async def test_where_discord_does_not_tell_a_nick_the_other_names_are_found(
    stage: Stage, harbour: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    maya = stage.person("maya")
    preview = await preview_of(maya, "just words")
    receipt = await maya.click("Post", on=preview)
    await stage.settle()
    code = receipt.text.split("`")[3]
    held = await maya.slash("/receipt", channel="dm", code=code)
    form = await maya.click("Answer as the same voice", on=held)
    stage.sandbox.world.remove_member(stage.seeded.guild, maya.user)
    answer = await maya.submit(form, {"text": "Maya again"})
    assert "Your name: `Maya`" in answer.text


# Too long for one share

LONG = "The first winter was cold. " * 60 + "\n\n" + "The second one was colder. " * 60


async def test_a_text_too_long_is_split_in_two_posts_of_one_name_and_not_a_word_is_lost(
    stage: Stage, harbour: Circle
) -> None:
    lin = stage.person("lin")
    written = await lin.dm(LONG)
    told = await lin.dm_reply()
    assert "Nothing was cut, kept or posted" in told.text
    assert await bodies(stage) == []
    await lin.click("Split it in two", on=told)
    second = await lin.waits_for("dm", "This is the second part")
    assert "(1 of 2)" in told.text
    assert "(2 of 2)" in second.text
    for preview, after in ((told, written), (second, told)):
        await lin.click("Post", on=preview)
        await lin.waits_for("dm", "This message is your receipt", after=after)
        await stage.settle()
    shown = [seen.text for seen in stage.person("sam").sees("sharing") if "Answer" in seen.buttons]
    assert len(shown) == 2
    name = {each.split("\n")[0] for each in shown}
    assert len(name) == 1
    words = " ".join(
        line for each in shown for line in each.split("\n") if "winter" in line or "colder" in line
    )
    assert words.split() == LONG.split()


async def test_with_several_circles_one_is_chosen_first_and_nothing_is_kept_before(
    stage: Stage, harbour: Circle
) -> None:
    quay = stage.sandbox.world.add_channel(stage.seeded.guild, "quay")
    await stage.make_circle(id="c2", name="Quay", channel_id=1, sharing_channel_id=quay.id)
    lin = stage.person("lin")
    await lin.dm(LONG)
    told = await lin.dm_reply()
    await lin.click("Split it in two", on=told)
    await lin.waits_for("dm", "For which circle is it?")
    assert await bodies(stage) == []
    await lin.choose(None, "Quay", on=told)
    second = await lin.waits_for("dm", "This is the second part")
    assert f"<#{quay.id}>" in told.text
    assert f"<#{quay.id}>" in second.text


async def test_what_was_deleted_meanwhile_is_not_split_and_told_so(stage: Stage, harbour: Circle) -> None:
    lin = stage.person("lin")
    written = await lin.dm(LONG)
    told = await lin.dm_reply()
    await lin.delete(written)
    await lin.click("Split it in two", on=told)
    await lin.waits_for("dm", "isn't in this chat any more")
    assert await bodies(stage) == []


async def test_what_two_shares_do_not_hold_is_only_handed_back(stage: Stage, harbour: Circle) -> None:
    lin = stage.person("lin")
    await lin.dm("🌱" * 3000)
    told = await lin.dm_reply()
    assert "Nothing was cut, kept or posted" in told.text
    assert "Split it in two" not in told.buttons


async def test_a_form_whose_text_weighs_too_much_comes_back_whole_in_parts(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    refused = await preview_of(maya, "🌱" * 2800)
    assert "characters more than fits here" in refused.text
    first = await maya.waits_for("circle", "so that none are lost")
    second = await maya.waits_for("circle", "so that none are lost", after=first)
    assert first.text.count("🌱") + second.text.count("🌱") == 2800


# Beside the text


async def test_that_few_could_have_written_it_is_said_where_the_server_is_small(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    preview = await preview_of(maya, "plain words")
    assert "at most 8 people: those in this server" in preview.text
    assert "That is few" in preview.text
    world, guild = stage.sandbox.world, stage.seeded.guild
    for number in range(20):
        world.add_member(guild, world.add_user(f"extra{number}"))
    await stage.restart()
    preview = await preview_of(maya, "plain words")
    assert "at most 28 people: those in this server" in preview.text
    assert "That is few" not in preview.text


@pytest.mark.anonymity
async def test_names_are_in_no_row_and_no_button(stage: Stage, harbour: Circle) -> None:
    maria = join(stage, "maria.k", "Maria", nick="Мария")
    preview = await preview_of(maria, "Hello from Мария")
    await maria.click("Say (name)", on=preview)
    assert preview.message is not None
    buttons = str([part for part in preview.message.message.components if part["type"] == 1])
    file = stage.settings.database.read_bytes()
    for name in ("Мария", "Maria", "maria.k"):
        assert name not in buttons
        assert name.encode() not in file
