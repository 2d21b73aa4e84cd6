"""A picture with a share: seen before it is posted as it will be posted, and bare of what its file told."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bot.circles.models import Actor, Circle
from bot.errors import UserError
from bot.sharing.images.bare import is_bare
from bot.sharing.images.models import Kind
from bot.sharing.rules.models import Review
from sandbox.components import K, walk
from sandbox.models import Attachment, Message
from sandbox.people import Person, Reply, Seen
from sandbox.permissions import Permission
from tests.e2e.conftest import Stage
from tests.sharing import pictures

STORY = "This is the room I slept in that winter."
LATER = timedelta(minutes=2)


@pytest.fixture
async def harbour(stage: Stage) -> Circle:
    """A circle that takes pictures."""
    circle = await stage.make_circle()
    await rule(stage, circle, images=True)
    return circle


async def rule(stage: Stage, circle: Circle, **rules: Any) -> None:
    boss = Actor(1, frozenset(), manages_server=True)
    await stage.app.sharing.rules.change(boss, circle, **rules)


def galleries(message: Message) -> list[dict[str, Any]]:
    return [each for _, each in walk(message.components) if each["type"] == K.MEDIA_GALLERY]


def image_of(seen: Seen | Reply) -> Attachment | None:
    """The file that a message shows, if it shows one. It shows each that it has."""
    message = seen.message if isinstance(seen, Seen) else seen.message and seen.message.message
    assert message is not None
    shown = [item["media"]["attachment_id"] for gallery in galleries(message) for item in gallery["items"]]
    assert shown == [str(file.id) for file in message.attachments]
    return message.attachments[0] if message.attachments else None


async def shared(person: Person, data: bytes = pictures.MARKED["JPEG"], **values: Any) -> Reply:
    """The preview of a share with a picture, by the form."""
    form = await person.slash("/share", channel="circle")
    file = person.file("maya-at-home.jpg", data)
    given = {"What you'd like to share": STORY, "A picture, if you like": [file], **values}
    return await (await person.submit(form, given)).settled()


def posts(stage: Stage) -> list[Seen]:
    return [seen for seen in stage.person("sam").sees("sharing") if "Answer" in seen.buttons]


async def posted(stage: Stage, person: Person, preview: Reply | Seen) -> Seen:
    await person.click("Post", on=preview)
    await stage.settle()
    return posts(stage)[-1]


async def rows(stage: Stage) -> int:
    return len(await stage.app.db.all("SELECT 1 FROM share_images"))


async def test_a_picture_is_posted_exactly_as_it_was_shown_and_is_then_kept_nowhere(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    preview = await shared(maya)
    shown = image_of(preview)
    assert shown is not None
    assert "faces, places, handwriting" in preview.text
    assert await rows(stage) == 1
    post = await posted(stage, maya, preview)
    image = image_of(post)
    assert image is not None
    assert (image.filename, image.data) == ("image.jpg", shown.data)
    assert is_bare(image.data, Kind.JPG)
    assert STORY in post.text
    assert await rows(stage) == 0


async def test_where_pictures_are_not_allowed_the_form_asks_for_none_and_a_message_keeps_its_words(
    stage: Stage,
) -> None:
    await stage.make_circle()
    maya = stage.person("maya")
    form = await maya.slash("/share", channel="circle")
    assert "A picture, if you like" not in form.fields
    await maya.dm(STORY, files=[maya.file("room.jpg", pictures.MARKED["JPEG"])])
    preview = await maya.dm_reply()
    assert STORY in preview.text
    assert "Only the words are posted" in preview.text
    await maya.dm("", files=[maya.file("room.jpg", pictures.MARKED["JPEG"])])
    assert "Only words can be shared here" in (await maya.dm_reply()).text
    assert await rows(stage) == 0
    assert len(await stage.app.db.all("SELECT 1 FROM drafts")) == 1


@pytest.mark.parametrize("words", [STORY, ""])
async def test_a_direct_message_with_a_picture_is_shown_and_posted(
    stage: Stage, harbour: Circle, words: str
) -> None:
    maya = stage.person("maya")
    sent = await maya.dm(words, files=[maya.file("room.png", pictures.MARKED["PNG"])])
    preview = await maya.dm_reply()
    shown = image_of(preview)
    assert shown is not None
    assert ("Take the picture out" in preview.buttons) is bool(words)
    await maya.click("Post", on=preview)
    await maya.waits_for("dm", "This message is your receipt", after=sent)
    await stage.settle()
    [post] = posts(stage)
    image = image_of(post)
    assert image is not None
    assert image.data == shown.data
    assert (words or "A picture, without words.") in post.text
    assert image_of(preview) is None  # the receipt stands there now, and the picture has left the message


async def test_a_share_can_be_a_picture_alone_by_the_form_as_well(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    preview = await shared(maya, **{"What you'd like to share": ""})
    post = await posted(stage, maya, preview)
    assert image_of(post) is not None
    form = await maya.slash("/share", channel="circle")
    refused = await maya.submit(form, {})
    assert "There are no words in it yet" in refused.text


async def test_the_picture_can_be_taken_out_and_the_words_stay(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    preview = await shared(maya)
    await (await maya.click("Take the picture out", on=preview)).settled()
    assert image_of(preview) is None
    assert STORY in preview.text
    assert "faces, places" not in preview.text
    assert await rows(stage) == 0
    assert image_of(await posted(stage, maya, preview)) is None


async def test_a_description_goes_with_the_picture_for_who_cannot_see_it(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    preview = await shared(maya)
    form = await maya.click("Describe the picture", on=preview)
    await (await maya.submit(form, {"What is to be seen": "A mattress below a window"})).settled()
    assert "Change its description" in preview.buttons
    assert "may tell who it was" not in preview.text
    form = await maya.click("Change its description", on=preview)
    await (await maya.submit(form, {"What is to be seen": "The bed of Maya"})).settled()
    assert "Its description may tell who it was: `Maya`" in preview.text
    form = await maya.click("Change its description", on=preview)
    await (await maya.submit(form, {"What is to be seen": "A mattress below a window"})).settled()
    post = await posted(stage, maya, preview)
    assert [item["description"] for item in galleries(post.message)[0]["items"]] == [
        "A mattress below a window"
    ]


async def test_with_a_content_note_the_picture_opens_with_the_same_tap_as_the_words(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    preview = await shared(maya, **{"Content note, if you like": "cold, poverty"})
    assert preview.message is not None
    shown = list(preview.message.message.components)
    post = await posted(stage, maya, preview)
    for components in (shown, post.message.components):
        spoilers = [each for _, each in walk(components) if each["type"] == K.CONTAINER and each["spoiler"]]
        inside = {each["type"] for _, each in walk(spoilers[0]["components"])}
        assert inside == {K.TEXT_DISPLAY, K.MEDIA_GALLERY}
        assert len([each for _, each in walk(components) if each["type"] == K.MEDIA_GALLERY]) == 1


async def test_the_picture_stays_on_the_card_when_nods_come_and_when_it_comes_to_rest(
    stage: Stage, harbour: Circle
) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    post = await posted(stage, maya, await shared(maya))
    before = image_of(post)
    for _ in range(2):
        await noor.click("I hear you", on=post)
        await stage.pass_time(LATER)
    await noor.click("Me too", on=post)
    await stage.pass_time(LATER)
    assert "someone says: me too" in post.text.lower()
    assert image_of(post) is before is not None
    await stage.pass_time(timedelta(days=31))
    await stage.pass_time(LATER)
    assert post.buttons == []
    assert image_of(post) is before


async def test_what_is_let_go_or_taken_back_in_time_is_handed_back_with_its_picture(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    preview = await shared(maya)
    shown = image_of(preview)
    assert shown is not None
    await (await maya.click("Let it go", on=preview)).settled()
    back = image_of(preview)
    assert back is not None
    assert back.data == shown.data
    assert STORY in preview.text
    assert await rows(stage) == 0

    channel, bot = stage.seeded.channels["sharing"], stage.seeded.application.bot
    stage.sandbox.world.revoke(bot, Permission.ATTACH_FILES, channel)
    preview = await shared(maya)
    receipt = await maya.click("Post", on=preview)
    await stage.settle()
    assert await rows(stage) == 1
    asked = await maya.click("Take back", on=receipt)
    await (await maya.click("Yes, take it back", on=asked)).settled()
    back = image_of(receipt)
    assert back is not None
    assert back.data == shown.data
    assert await rows(stage) == 0


async def test_without_the_permission_to_attach_files_nothing_is_lost_and_facilitators_are_told_which(
    stage: Stage, harbour: Circle
) -> None:
    maya, world = stage.person("maya"), stage.sandbox.world
    channel, bot = stage.seeded.channels["sharing"], stage.seeded.application.bot
    world.revoke(bot, Permission.ATTACH_FILES, channel)
    receipt = await maya.click("Post", on=await shared(maya))
    await stage.settle()
    assert posts(stage) == []
    told = await stage.person("ana").waits_for("facilitators", "attach files")
    assert STORY not in told.text
    channel.overwrites.clear()
    world.tell_channel("CHANNEL_UPDATE", channel)
    held = await maya.click("Look again", on=receipt)
    await maya.click("Try again", on=held)
    await stage.settle()
    [post] = posts(stage)
    assert image_of(post) is not None
    assert await rows(stage) == 0


async def test_a_picture_that_was_posted_is_erased_with_its_share(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    preview = await shared(maya)
    receipt = await maya.click("Post", on=preview)
    await stage.settle()
    [post] = posts(stage)
    image = image_of(post)
    assert image is not None
    await maya.click("Yes, take it back", on=await maya.click("Take back", on=receipt))
    await stage.settle()
    assert posts(stage) == []
    assert image.id not in stage.sandbox.world.files


# What can't be taken


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("room.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        ("room.jpg", b"not a picture at all", "isn't a picture this bot can read"),
        ("room.jpg", pictures.MARKED["JPEG"][:2000], "can't be read"),
        ("room.jpg", pictures.MARKED["JPEG"] + bytes(8 * 1024 * 1024), "larger than 8 MB"),
        ("room.pdf", b"%PDF-1.7", "isn't a picture this bot can read"),
    ],
)
async def test_what_can_not_be_taken_is_told_and_the_words_are_kept(
    stage: Stage, harbour: Circle, name: str, data: bytes, why: str
) -> None:
    maya = stage.person("maya")
    form = await maya.slash("/share", channel="circle")
    file = maya.file(name, data)
    given = {"What you'd like to share": STORY, "A picture, if you like": [file]}
    preview = await (await maya.submit(form, given)).settled()
    assert "Without the picture:" in preview.text
    assert why in preview.text
    assert STORY in preview.text
    await maya.dm(STORY, files=[maya.file(name, data)])
    assert why in (await maya.dm_reply()).text
    await maya.dm("", files=[maya.file(name, data)])
    alone = await maya.dm_reply()
    assert why in alone.text
    assert "Post" not in alone.buttons
    assert len(await stage.app.db.all("SELECT 1 FROM drafts")) == 2
    assert await rows(stage) == 0


@pytest.mark.parametrize("how", ["gone", "refused", "cut off"])
async def test_a_picture_that_discord_does_not_hand_over_is_told_and_can_be_sent_again(
    stage: Stage, harbour: Circle, how: str
) -> None:
    maya, faults = stage.person("maya"), stage.sandbox.faults
    if how == "cut off":
        faults.reset(method="GET", path=r"^/attachments/", times=3)
    else:
        faults.status({"gone": 502, "refused": 503}[how], method="GET", path=r"^/attachments/")
    preview = await shared(maya)
    assert "Discord did not hand the picture over" in preview.text
    assert STORY in preview.text
    file = maya.file("room.jpg", pictures.MARKED["JPEG"])
    form = await maya.click("Edit", on=preview)
    await (await maya.submit(form, {"A picture, if you like": [file]})).settled()
    assert image_of(preview) is not None


async def test_of_several_pictures_the_first_is_taken_and_that_is_said(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    first = maya.file("a.png", pictures.plain("PNG", size=(30, 20)))
    notes, second = maya.file("notes.txt", b"words"), maya.file("b.png", pictures.plain("PNG", size=(9, 9)))
    await maya.dm(STORY, files=[notes, first, second])
    preview = await maya.dm_reply()
    assert "One picture fits in a share: this is the first." in preview.text
    shown = image_of(preview)
    assert shown is not None
    assert Image.open(BytesIO(shown.data)).size == (30, 20)


async def test_that_something_moved_is_said(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    frames = [Image.new("RGB", (30, 30), (each, 0, 0)) for each in (10, 200)]
    moving = pictures.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    assert "only its first picture is posted" in (await shared(maya, moving)).text


async def test_beside_a_very_long_text_there_is_no_room_for_a_picture_and_no_word_is_lost(
    stage: Stage, harbour: Circle
) -> None:
    maya, long = stage.person("maya"), "winter " * 330
    preview = await shared(maya, **{"What you'd like to share": long})
    assert "Beside a picture there is room for 2200 characters" in preview.text
    assert long.strip() in preview.text
    assert await rows(stage) == 0
    preview = await shared(maya)
    form = await maya.click("Edit", on=preview)
    refused = await maya.submit(form, {"What you'd like to share": long})
    assert "more than fits here (2200)" in refused.text
    assert long.strip() in (await maya.waits_for("circle", "so that none are lost")).text
    assert await rows(stage) == 1


# Changing, again and elsewhere


async def test_edit_can_bring_another_picture_and_keeps_the_one_there_is(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    preview = await shared(maya)
    first = image_of(preview)
    assert first is not None
    await (
        await maya.submit(await maya.click("Edit", on=preview), {"What you'd like to share": "Other words"})
    ).settled()
    kept = image_of(preview)
    assert kept is not None
    assert kept.data == first.data
    assert "Other words" in preview.text
    other = maya.file("b.png", pictures.plain("PNG", size=(9, 9)))
    form = await maya.click("Edit", on=preview)
    await (await maya.submit(form, {"A picture, if you like": [other]})).settled()
    changed = image_of(preview)
    assert changed is not None
    assert Image.open(BytesIO(changed.data)).size == (9, 9)
    assert await rows(stage) == 1


async def test_a_share_that_was_begun_keeps_its_picture_when_it_is_opened_again(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    first = image_of(await shared(maya))
    assert first is not None
    await stage.restart()
    form = await maya.slash("/share", channel="circle")
    preview = await (await maya.submit(form, {"What you'd like to share": "Other words"})).settled()
    kept = image_of(preview)
    assert kept is not None
    assert kept.data == first.data
    assert await rows(stage) == 1
    assert image_of(await posted(stage, maya, preview)) is not None


async def test_a_circle_chosen_later_that_takes_no_pictures_gets_the_words_and_says_so(
    stage: Stage, harbour: Circle
) -> None:
    quay = stage.sandbox.world.add_channel(stage.seeded.guild, "quay")
    await stage.make_circle(id="c2", name="Quay", channel_id=1, sharing_channel_id=quay.id)
    maya = stage.person("maya")
    await maya.dm(STORY, files=[maya.file("room.jpg", pictures.MARKED["JPEG"])])
    choice = await maya.dm_reply()
    await (await maya.choose(None, "Quay", on=choice)).settled()
    assert "it would be your words alone" in choice.text
    assert image_of(choice) is None
    assert await rows(stage) == 0
    await maya.dm("", files=[maya.file("room.jpg", pictures.MARKED["JPEG"])])
    choice = await maya.dm_reply()
    refused = await maya.choose(None, "Quay", on=choice)
    assert "Pictures aren't posted in this circle" in refused.text
    await (await maya.choose(None, "Harbour", on=choice)).settled()
    assert image_of(choice) is not None


async def test_pictures_switched_off_between_preview_and_post_leave_nothing_posted_unseen(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    preview = await shared(maya)
    await rule(stage, harbour, images=False)
    refused = await maya.click("Post", on=preview)
    await stage.settle()
    assert "Pictures aren't posted in this circle any more" in refused.text
    assert posts(stage) == []
    await (await maya.click("Take the picture out", on=preview)).settled()
    assert image_of(await posted(stage, maya, preview)) is None


async def test_the_first_part_of_a_text_that_was_split_has_the_picture(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    long = "The first winter was cold. " * 120
    await maya.dm(long, files=[maya.file("room.jpg", pictures.MARKED["JPEG"])])
    told = await maya.dm_reply()
    await maya.click("Split it in two", on=told)
    second = await maya.waits_for("dm", "This is the second part")
    assert image_of(told) is not None
    assert image_of(second) is None


async def test_nobody_else_can_take_it_out_or_see_it(stage: Stage, harbour: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    preview = await shared(maya)
    assert preview.message is not None
    out = next(
        each["custom_id"]
        for _, each in walk(preview.message.message.components)
        if str(each.get("custom_id", "")).startswith("image:out")
    )
    with pytest.raises(UserError):
        await stage.app.sharing.images.take_out(out.split(":")[-1], noor.user.id)
    assert await rows(stage) == 1


async def test_answers_take_no_pictures(stage: Stage, harbour: Circle) -> None:
    maya, noor = stage.person("maya"), stage.person("noor")
    post = await posted(stage, maya, await shared(maya))
    form = await noor.click("Answer", on=post)
    assert form.fields == ["Your answer"]


async def test_facilitators_see_the_picture_before_they_let_a_share_through(
    stage: Stage, harbour: Circle
) -> None:
    await rule(stage, harbour, review=Review.ALL)
    await stage.app.tick()
    maya, ana = stage.person("maya"), stage.person("ana")
    preview = await shared(maya)
    shown = image_of(preview)
    assert shown is not None
    await maya.click("Post", on=preview)
    await stage.pass_time(timedelta(hours=13))
    reading = await (await ana.slash("/review", channel="facilitators")).settled()
    seen = image_of(reading)
    assert seen is not None
    assert seen.data == shown.data
    await ana.click("Let", on=reading)
    await stage.settle()
    [post] = posts(stage)
    image = image_of(post)
    assert image is not None
    assert image.data == shown.data


async def test_facilitators_who_allow_pictures_are_told_if_the_bot_may_not_post_them(
    stage: Stage, harbour: Circle
) -> None:
    ana = stage.person("ana")
    panel = await ana.slash("/sharing settings", channel="circle")
    assert "Attach Files" not in panel.text
    channel, bot = stage.seeded.channels["sharing"], stage.seeded.application.bot
    stage.sandbox.world.revoke(bot, Permission.ATTACH_FILES, channel)
    panel = await ana.slash("/sharing settings", channel="circle")
    assert "Attach Files" in panel.text
    await ana.click("Words only", on=panel)
    assert "Attach Files" not in panel.text
    await ana.click("Allow pictures", on=panel)
    assert "Attach Files" in panel.text


async def test_another_content_note_covers_and_uncovers_the_picture_with_the_words(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    preview = await shared(maya)
    receipt = await maya.click("Post", on=preview)
    await stage.settle()
    [post] = posts(stage)
    image = image_of(post)
    held = await maya.click("Look again", on=receipt) if "Look again" in receipt.buttons else receipt
    for note in ("cold", ""):
        form = await maya.click("Content note", on=held)
        await maya.submit(form, {"Content note, if you like": note})
        await stage.pass_time(LATER)
        assert image_of(post) is image
        spoilers = [each for _, each in walk(post.message.components) if each.get("spoiler")]
        assert bool(spoilers) is bool(note)


# Restarts and lost answers


async def test_a_picture_waits_through_a_restart_and_is_posted_once(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    preview = await shared(maya)
    shown = image_of(preview)
    assert shown is not None
    await stage.restart()
    lost = stage.sandbox.faults.lose_answer(method="POST", path=r"/channels/\d+/messages$", times=2)
    await maya.click("Post", on=preview)
    await lost.has_struck()
    await stage.settle()
    await stage.restart()
    await stage.pass_time(LATER)
    [post] = posts(stage)
    image = image_of(post)
    assert image is not None
    assert image.data == shown.data
    assert await rows(stage) == 0


async def test_pressed_twice_at_once_one_share_with_one_picture_is_posted(
    stage: Stage, harbour: Circle
) -> None:
    maya = stage.person("maya")
    preview = await shared(maya)
    await asyncio.gather(*(maya.click("Post", on=preview) for _ in range(2)))
    await stage.settle()
    assert len(posts(stage)) == 1
    assert await rows(stage) == 0


async def test_taken_back_while_it_is_on_its_way_a_picture_is_nowhere(stage: Stage, harbour: Circle) -> None:
    maya = stage.person("maya")
    preview = await shared(maya)
    lost = stage.sandbox.faults.lose_answer(method="POST", path=r"/channels/\d+/messages$")
    receipt = await maya.click("Post", on=preview)
    await lost.has_struck()
    await stage.settle()
    asked = await maya.click("Take back", on=receipt)
    await (await maya.click("Yes, take it back", on=asked)).settled()
    assert await rows(stage) == 0
    await stage.pass_time(timedelta(seconds=3))
    assert posts(stage) == []
