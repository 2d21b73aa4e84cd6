"""Webhooks, and the follow-ups of interactions, which are webhooks to Discord (docs: resources/webhook)."""

from __future__ import annotations

from sandbox.errors import unknown
from sandbox.interactions import Interaction, answers
from sandbox.models import Json, Message, MessageFlag
from sandbox.rest import checks, drafts
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok
from sandbox.world import messages

SETTABLE_IN_FOLLOW_UP = drafts.SETTABLE | MessageFlag.EPHEMERAL


def _interaction(call: Call) -> Interaction | None:
    """The interaction whose token the path carries, if it is one's."""
    interaction = answers.answered(call.sandbox.interactions, call.text("token"))
    if interaction and interaction.application.id != call.id("webhook_id"):
        raise unknown(10015)
    return interaction


async def execute(call: Call) -> Reply:
    interaction = _interaction(call)
    if interaction is None:
        raise unknown(10015)
    call.refuse(checks.message_errors(call.form, list(call.files.values()), "message"))
    draft = drafts.draft(call, call.form, settable=SETTABLE_IN_FOLLOW_UP)
    posted = answers.follow_up(call.sandbox.interactions, interaction, draft)
    return ok(_whole(call, interaction, posted))


async def message(call: Call) -> Reply:
    interaction, target = _own(call)
    return ok(_whole(call, interaction, target))


async def edit_message(call: Call) -> Reply:
    interaction, target = _own(call)
    changes = drafts.changes(call, call.form, target)
    whole = {"flags": changes.get("flags", target.flags)} | call.form
    call.refuse(checks.message_errors(whole, list(call.files.values()), "edit"))
    answers.edit(call.sandbox.interactions, interaction, target, changes)
    return ok(_whole(call, interaction, target))


async def delete_message(call: Call) -> Reply:
    _, target = _own(call)
    messages.delete(call.world, target)
    return NO_CONTENT


def _own(call: Call) -> tuple[Interaction, Message]:
    interaction = _interaction(call)
    if interaction is None:
        raise unknown(10015)
    name = call.text("message_id")
    return interaction, answers.own_message(call.sandbox.interactions, interaction, name)


def _whole(call: Call, interaction: Interaction, target: Message) -> Json:
    bot = interaction.application.bot
    return messages.as_seen_by(call.world, target, bot, may_read_content=True)


_TOKEN = "/webhooks/{webhook_id}/{token}"  # noqa: S105 - a path, no secret
ROUTES: list[Route] = [
    ("POST", _TOKEN, execute),
    ("GET", _TOKEN + "/messages/{message_id}", message),
    ("PATCH", _TOKEN + "/messages/{message_id}", edit_message),
    ("DELETE", _TOKEN + "/messages/{message_id}", delete_message),
]
