"""The bot's side of an interaction: the callback, follow-ups, and its own answer edited or deleted."""

from __future__ import annotations

from sandbox.errors import ApiError, form_error, invalid_form, unknown
from sandbox.interactions import commands
from sandbox.interactions.engine import Interactions
from sandbox.interactions.models import Answer, Interaction, Kind, Modal, Outcome, What
from sandbox.models import Json, Message, MessageFlag, MessageType
from sandbox.objects.components import completed
from sandbox.world import messages
from sandbox.world.messages import Draft

_ALLOWED = {
    Kind.COMMAND: {Answer.MESSAGE, Answer.DEFERRED, Answer.MODAL},
    Kind.COMPONENT: {Answer.MESSAGE, Answer.DEFERRED, Answer.DEFERRED_UPDATE, Answer.UPDATE, Answer.MODAL},
    Kind.AUTOCOMPLETE: {Answer.CHOICES},
    Kind.MODAL_SUBMIT: {Answer.MESSAGE, Answer.DEFERRED, Answer.DEFERRED_UPDATE, Answer.UPDATE},
}


def unanswered(interactions: Interactions, interaction_id: int, token: str) -> Interaction:
    """The interaction a callback is for. Raises 10062 when it is unknown or too late, 40060 when answered."""
    interaction = interactions.by_token.get(token)
    if interaction is None or interaction.id != interaction_id or interaction.dead:
        raise unknown(10062)
    if interaction.answer is not None:
        raise ApiError(400, 40060, "Interaction has already been acknowledged.")
    return interaction


def answered(interactions: Interactions, token: str) -> Interaction | None:
    """The interaction whose token works as a webhook, None for no interaction's token. Raises as Discord
    does for a dead (10015) or expired (50027) one."""
    interaction = interactions.by_token.get(token)
    if interaction is None:
        return None
    if interaction.answer is None:
        raise unknown(10015)
    if interactions.expired(interaction):
        raise ApiError(401, 50027, "Invalid Webhook Token")
    return interaction


def check(interaction: Interaction, answer: int) -> Answer:
    """The callback type, refused where this kind of interaction does not take it."""
    try:
        kind = Answer(answer)
    except ValueError:
        kind = None
    updates = kind in (Answer.UPDATE, Answer.DEFERRED_UPDATE) and interaction.message is None
    if kind is None or kind not in _ALLOWED[interaction.kind] or updates:
        problem = form_error("INTERACTION_APPLICATION_COMMAND_CALLBACK_TYPE_INVALID", "Invalid callback type")
        raise invalid_form({"type": problem})
    return kind


def message(interactions: Interactions, interaction: Interaction, draft: Draft) -> Message:
    """Type 4: a new message, public or for the person alone."""
    interaction.original = _post(interactions, interaction, draft, first=True)
    interaction.answer = Answer.MESSAGE
    interactions.conclude(interaction, Outcome(What.MESSAGE, interaction, interaction.original))
    return interaction.original


def deferred(interactions: Interactions, interaction: Interaction, flags: int) -> Message:
    """Type 5: "is thinking". Whether the answer is ephemeral is settled here."""
    draft = Draft(flags=(flags & MessageFlag.EPHEMERAL) | MessageFlag.LOADING)
    interaction.original = _post(interactions, interaction, draft, first=True)
    interaction.answer = Answer.DEFERRED
    interactions.conclude(interaction, Outcome(What.DEFERRED, interaction, interaction.original))
    return interaction.original


def deferred_update(interactions: Interactions, interaction: Interaction) -> None:
    """Type 6: nothing to see; @original is the message with the component."""
    interaction.answer = Answer.DEFERRED_UPDATE
    interaction.original = interaction.message
    interactions.conclude(interaction, Outcome(What.SILENT, interaction, interaction.message))


def update(interactions: Interactions, interaction: Interaction, changes: Json) -> Message:
    """Type 7: the message with the component changes."""
    target = interaction.message
    if target is None or target.deleted:
        raise unknown(10008)
    interaction.answer = Answer.UPDATE
    interaction.original = target
    messages.edit(interactions.world, target, changes)
    interactions.conclude(interaction, Outcome(What.UPDATE, interaction, target))
    return target


def choices(interactions: Interactions, interaction: Interaction, suggested: list[Json]) -> None:
    """Type 8: what to suggest while the person types."""
    interaction.answer = Answer.CHOICES
    interactions.conclude(interaction, Outcome(What.CHOICES, interaction, choices=suggested))


def modal(interactions: Interactions, interaction: Interaction, data: Json) -> None:
    """Type 9: a form opens on the person's screen."""
    interaction.answer = Answer.MODAL
    form = Modal(
        interaction,
        interaction.user,
        data["custom_id"],
        data["title"],
        completed(data["components"], [], lambda file: file.filename),
    )
    interactions.conclude(interaction, Outcome(What.MODAL, interaction, modal=form))


def follow_up(interactions: Interactions, interaction: Interaction, draft: Draft) -> Message:
    """A further message. The first one after a deferral fills the message that was "thinking"."""
    original = interaction.original
    if original is not None and original.loading and not original.deleted:
        changes: Json = {
            "content": draft.content,
            "embeds": draft.embeds,
            "attachments": draft.attachments,
            "components": draft.components,
            "allowed_mentions": draft.allowed_mentions,
            "flags": draft.flags & ~MessageFlag.EPHEMERAL,
        }
        edit(interactions, interaction, original, changes)
        return original
    return _post(interactions, interaction, draft, first=False)


def edit(interactions: Interactions, interaction: Interaction, target: Message, changes: Json) -> None:
    """Edits a message of this interaction; fills a deferred one. Ephemeral it stays or never becomes."""
    was_loading = target.loading
    flags = changes.get("flags", target.flags & ~MessageFlag.LOADING)
    kept = target.flags & MessageFlag.EPHEMERAL
    changes["flags"] = (flags & ~(MessageFlag.LOADING | MessageFlag.EPHEMERAL)) | kept
    messages.edit(interactions.world, target, changes, keep_edited_at=was_loading)
    if target is interaction.original:
        interaction.filled.set()


def own_message(interactions: Interactions, interaction: Interaction, name: str) -> Message:
    """@original or a follow-up by id. Raises 10008 for what is gone or not of this interaction."""
    if name == "@original":
        found = interaction.original
    elif not name.isdecimal():
        found = None
    else:
        found = interactions.world.ephemeral.get(int(name)) or interaction.channel.messages.get(int(name))
        owned = found is not None and found.interaction is not None
        if not owned or (found and found.interaction and found.interaction["id"] != str(interaction.id)):
            found = found if found is interaction.original else None
    if found is None or found.deleted:
        raise unknown(10008)
    return found


def _post(interactions: Interactions, interaction: Interaction, draft: Draft, *, first: bool) -> Message:
    if interaction.channel.id not in interactions.world.channels:
        raise unknown(10003)
    ephemeral = bool(draft.flags & MessageFlag.EPHEMERAL)
    draft.viewer = interaction.user if ephemeral else None
    draft.application = interaction.application
    draft.webhook_id = interaction.application.id
    draft.interaction = interaction.metadata
    if first and interaction.kind is Kind.COMMAND:
        slash = interaction.data["type"] == commands.SLASH
        draft.type = MessageType.CHAT_INPUT_COMMAND if slash else MessageType.CONTEXT_MENU_COMMAND
    elif first and interaction.message:
        draft.replies_to = interaction.message
    elif not first and interaction.original:
        draft.replies_to = interaction.original
    return messages.post(interactions.world, interaction.channel, interaction.application.bot, draft)
