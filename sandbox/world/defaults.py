"""What people may do where nobody set anything."""

from __future__ import annotations

from sandbox.permissions import Permission as P

EVERYONE = (
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.SEND_MESSAGES_IN_THREADS
    | P.CREATE_PUBLIC_THREADS
    | P.CREATE_PRIVATE_THREADS
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.ADD_REACTIONS
    | P.USE_EXTERNAL_EMOJIS
    | P.USE_EXTERNAL_STICKERS
    | P.READ_MESSAGE_HISTORY
    | P.CREATE_INSTANT_INVITE
    | P.CHANGE_NICKNAME
    | P.USE_APPLICATION_COMMANDS
    | P.CONNECT
    | P.SPEAK
    | P.USE_VAD
    | P.STREAM
    | P.SEND_POLLS
    | P.SEND_VOICE_MESSAGES
)
"""What @everyone may do in a new guild: what Discord ticks, as far as the sandbox knows it."""

SLOWMODE_EXEMPT = P.MANAGE_CHANNELS | P.MANAGE_MESSAGES | P.BYPASS_SLOWMODE

IN_DM = (
    P.VIEW_CHANNEL
    | P.SEND_MESSAGES
    | P.EMBED_LINKS
    | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY
    | P.ADD_REACTIONS
    | P.MENTION_EVERYONE
    | P.USE_EXTERNAL_EMOJIS
    | P.USE_EXTERNAL_STICKERS
    | P.USE_APPLICATION_COMMANDS
    | P.PIN_MESSAGES
    | P.SEND_POLLS
)
"""What anyone may do in a DM."""
