"""The baseline: a bot of nothing but discord.py, with the same intents and no memory.

    python -m benchmarks.bare_bot <api url> <gateway url> <token> <guild ready seconds>

It answers every press, and sends a card to each channel of a JSON list that it reads from a line of its
standard input: all at once, as a bot does that leaves the rate limits to discord.py.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys

import discord
from discord import ui

from bot.client import INTENTS, use_addresses

TEXT = "What is with you today? Words are welcome, and so is being here without any. " * 4


def card() -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for label in ("check-in", "here", "pass"):
        row.add_item(ui.Button(label=label, custom_id=label))
    view.add_item(ui.Container(ui.TextDisplay(TEXT), row))
    view.stop()
    return view


class Bare(discord.Client):
    async def on_ready(self) -> None:
        print("connected", flush=True)
        # Held by the client: else nothing but itself holds the waiting task, and it may be collected.
        self.reader = reader = asyncio.StreamReader(limit=1 << 22)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
        )
        while line := await reader.readline():
            sends = [self.get_partial_messageable(id).send(view=card()) for id in json.loads(line)]
            outcomes = await asyncio.gather(*sends, return_exceptions=True)
            failed = sum(isinstance(outcome, BaseException) for outcome in outcomes)
            print(f"sent {len(outcomes) - failed} of {len(outcomes)}", flush=True)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        view = ui.LayoutView(timeout=None)
        view.add_item(ui.TextDisplay(TEXT))
        view.stop()
        await interaction.response.send_message(view=view, ephemeral=True)


def main() -> None:
    _, api_url, gateway_url, token, ready_seconds = sys.argv
    use_addresses(api_url, gateway_url)
    logging.getLogger("discord").setLevel(logging.CRITICAL)
    client = Bare(
        intents=INTENTS,
        allowed_mentions=discord.AllowedMentions.none(),
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
        max_messages=None,
        guild_ready_timeout=float(ready_seconds),
    )
    client.run(token, log_handler=None)


if __name__ == "__main__":
    main()
