"""What holds a webhook's token may do: post, and edit and delete what it posted (docs: resources/webhook).

An interaction's token is one too: its follow-ups and its own answer take the same paths.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.errors import ApiError, unknown
from sandbox.interactions import Interaction, answers
from sandbox.limits import messages as limits
from sandbox.models import Channel, ChannelType, Json, Message, MessageFlag, User, Webhook
from sandbox.objects import messages as objects
from sandbox.rest import drafts, webhooks
from sandbox.rest.door import NO_CONTENT, Call, Reply, Route, ok
from sandbox.rest.messages import well_formed
from sandbox.world import messages, threads
from sandbox.world import webhooks as world_webhooks
from sandbox.world.threads import Opening

SETTABLE_IN_FOLLOW_UP = drafts.SETTABLE | MessageFlag.EPHEMERAL


@dataclass
class Holder:
    """Whose token it is: an interaction's or a webhook's."""

    interaction: Interaction | None = None
    webhook: Webhook | None = None


def _holder(call: Call) -> Holder:
    interaction = answers.answered(call.sandbox.interactions, call.text("token"))
    if interaction:
        if interaction.application.id != call.id("webhook_id"):
            raise unknown(10015)
        return Holder(interaction=interaction)
    return Holder(webhook=_webhook(call))


def _webhook(call: Call) -> Webhook:
    found = call.world.webhooks.get(call.id("webhook_id"))
    if found is None:
        raise unknown(10015)
    if found.token != call.text("token"):
        raise ApiError(401, 50027, "Invalid Webhook Token")
    return found


async def webhook(call: Call) -> Reply:
    return ok(webhooks.whole(call, _webhook(call), with_user=False))


async def edit_webhook(call: Call) -> Reply:
    target = _webhook(call)
    webhooks.change(call, target)
    world_webhooks.changed(call.world, target.channel)
    return ok(webhooks.whole(call, target, with_user=False))


async def delete_webhook(call: Call) -> Reply:
    world_webhooks.delete(call.world, _webhook(call))
    return NO_CONTENT


async def execute(call: Call) -> Reply:
    holder = _holder(call)
    well_formed(call, limits.webhook_message(call.form, files=call.file_names), call.form)
    if holder.interaction:
        draft = drafts.draft(call, call.form, settable=SETTABLE_IN_FOLLOW_UP)
        posted = answers.follow_up(call.sandbox.interactions, holder.interaction, draft)
        return ok(_whole(call, posted))
    posted = _post(call, holder.webhook or _webhook(call))
    return ok(_whole(call, posted)) if call.flag("wait") else NO_CONTENT


def _post(call: Call, hook: Webhook) -> Message:
    draft = drafts.draft(call, call.form)
    draft.webhook_id, draft.application = hook.id, hook.application
    if hook.application is None and not call.flag("with_components"):
        draft.components = []
    speaker = User(
        hook.id, call.form.get("username") or hook.name, bot=True, discriminator="0000", avatar=hook.avatar
    )
    name = call.form.get("thread_name")
    thread = _thread(call, hook)
    if hook.channel.is_forum:
        if thread is None and not name:
            raise ApiError(
                400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id"
            )
        if thread and name:
            raise ApiError(
                400, 220002, "Webhooks posted to forum channels cannot have both a thread_name and thread_id"
            )
        if name:
            tags = tuple(int(each) for each in call.form.get("applied_tags") or ())
            opening = Opening(name, ChannelType.PUBLIC_THREAD, applied_tags=tags)
            return threads.start_post(call.world, hook.channel, speaker, opening, draft)[1]
    elif name:
        raise ApiError(400, 220003, "Webhooks can only create threads in forum channels")
    return messages.post(call.world, thread or hook.channel, speaker, draft)


def _thread(call: Call, hook: Webhook) -> Channel | None:
    """The query's thread, which must be one of the webhook's channel."""
    thread_id = call.query_id("thread_id")
    if thread_id is None:
        return None
    found = call.world.channels.get(thread_id)
    if found is None or found.parent is not hook.channel:
        raise unknown(10003)
    return found


async def message(call: Call) -> Reply:
    return ok(_whole(call, _own(call, _holder(call))))


async def edit_message(call: Call) -> Reply:
    holder = _holder(call)
    target = _own(call, holder)
    drafts.check_edit(call, call.form, target)
    changes = drafts.changes(call, call.form, target)
    if holder.interaction:
        answers.edit(call.sandbox.interactions, holder.interaction, target, changes)
    else:
        messages.edit(call.world, target, changes)
    return ok(_whole(call, target))


async def delete_message(call: Call) -> Reply:
    messages.delete(call.world, _own(call, _holder(call)))
    return NO_CONTENT


def _own(call: Call, holder: Holder) -> Message:
    """The path's message, which this token must have made. Raises 10008."""
    name = call.text("message_id")
    if holder.interaction:
        return answers.own_message(call.sandbox.interactions, holder.interaction, name)
    hook = holder.webhook or _webhook(call)
    channel = _thread(call, hook) or hook.channel
    found = channel.messages.get(call.id("message_id"))
    if found is None or found.webhook_id != hook.id:
        raise unknown(10008)
    return found


def _whole(call: Call, target: Message) -> Json:
    """The message as its maker sees it, words and all."""
    viewer = target.application.bot if target.application else None
    return objects.message(target, viewer, call.world.base_url)


_TOKEN = "/webhooks/{webhook_id}/{token}"  # noqa: S105 - a path, no secret
ROUTES: list[Route] = [
    ("GET", _TOKEN, webhook),
    ("PATCH", _TOKEN, edit_webhook),
    ("DELETE", _TOKEN, delete_webhook),
    ("POST", _TOKEN, execute),
    ("GET", _TOKEN + "/messages/{message_id}", message),
    ("PATCH", _TOKEN + "/messages/{message_id}", edit_message),
    ("DELETE", _TOKEN + "/messages/{message_id}", delete_message),
]
