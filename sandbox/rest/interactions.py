"""The callback of an interaction (docs: interactions/receiving-and-responding). Its token is the key."""

from __future__ import annotations

from sandbox.interactions import Interaction, answers
from sandbox.interactions.models import Answer
from sandbox.limits import messages as limits
from sandbox.limits import modals
from sandbox.limits.commands import choices
from sandbox.limits.forms import Errors, Form, nested
from sandbox.models import Json, Message, MessageFlag
from sandbox.rest import drafts
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok
from sandbox.rest.messages import well_formed
from sandbox.world import messages

SETTABLE = drafts.SETTABLE | MessageFlag.EPHEMERAL


async def callback(call: Call) -> Reply:
    engine = call.sandbox.interactions
    interaction = answers.unanswered(engine, call.id("interaction_id"), call.text("token"))
    kind = answers.check(interaction, call.form.get("type", 0))
    call.refuse(nested("data", _data(call.form.get("data"))))
    data: Json = call.form.get("data") or {}
    shown: Message | None = None
    if kind is Answer.MESSAGE:
        well_formed(call, limits.webhook_message(data, files=call.file_names), data)
        shown = answers.message(engine, interaction, drafts.draft(call, data, settable=SETTABLE))
    elif kind is Answer.DEFERRED:
        shown = answers.deferred(engine, interaction, data.get("flags") or 0)
    elif kind is Answer.DEFERRED_UPDATE:
        answers.deferred_update(engine, interaction)
    elif kind is Answer.UPDATE and interaction.message:
        drafts.check_edit(call, data, interaction.message)
        changes = drafts.changes(call, data, interaction.message)
        shown = answers.update(engine, interaction, changes)
    elif kind is Answer.CHOICES:
        call.refuse(choices(data, _focused(interaction.data.get("options") or [])))
        answers.choices(engine, interaction, data.get("choices") or [])
    else:
        call.refuse(modals.modal(data))
        answers.modal(engine, interaction, data)
    return _reply(call, interaction, kind, shown) if call.flag("with_response") else NO_CONTENT


def _data(data: object) -> Errors:
    """What goes wrong before it is known what the answer is."""
    form = Form({} if data is None else data)
    form.number("flags", least=0, most=2**53)
    return form.errors


def _focused(options: list[Json]) -> int:
    """The type of the option being typed into."""
    for option in options:
        if option.get("focused"):
            return int(option["type"])
        if option.get("options"):
            return _focused(option["options"])
    return 3


def _reply(call: Call, interaction: Interaction, kind: Answer, shown: Message | None) -> Reply:
    told: Json = {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "channel_id": str(interaction.channel.id),
    }
    if interaction.guild:
        told["guild_id"] = str(interaction.guild.id)
    if interaction.original:
        told |= {
            "response_message_id": str(interaction.original.id),
            "response_message_loading": interaction.original.loading,
            "response_message_ephemeral": interaction.original.ephemeral,
        }
    body: Json = {"interaction": told}
    if shown and kind is not Answer.DEFERRED:
        bot = interaction.application.bot
        whole = messages.as_seen_by(call.world, shown, bot, may_read_content=True)
        body["resource"] = {"type": int(kind), "message": whole}
    return ok(body)


ROUTES: list[Route] = [("POST", "/interactions/{interaction_id}/{token}/callback", callback)]
