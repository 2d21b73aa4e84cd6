"""The README tells what is so: its tables are held to the code."""

from __future__ import annotations

import re
from pathlib import Path

from discord import app_commands

from bot.app import App
from bot.circles.permissions import NEEDS
from bot.client import PERMISSIONS, TowardsBot
from bot.config import settings_table
from sandbox.seed import INVITED_WITH

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


async def test_the_table_of_commands_is_what_discord_is_told(app: App) -> None:
    bot = TowardsBot(app)
    await bot.load_extension("cogs")
    commands = [c for c in bot.tree.walk_commands() if isinstance(c, app_commands.Command)]
    told = sorted([f"/{command.qualified_name}", command.description] for command in commands)
    await bot.close()
    assert sorted(row[:2] for row in table("Commands")) == told


async def test_every_description_of_a_command_is_a_short_phrase_without_a_full_stop(app: App) -> None:
    bot = TowardsBot(app)
    await bot.load_extension("cogs")
    commands = [c for c in bot.tree.walk_commands() if isinstance(c, app_commands.Command)]
    said = [command.description for command in commands]
    await bot.close()
    assert [text for text in said if len(text) > 80 or text.endswith(".")] == []


def test_the_table_of_settings_is_the_settings() -> None:
    assert table("Settings") == [[name, default or "none", help] for name, default, help in settings_table()]


def test_the_invite_link_asks_for_just_the_permissions_that_are_needed() -> None:
    assert f"permissions={PERMISSIONS.value}`" in README
    asked = {name.replace("read_messages", "view_channel") for name, wanted in PERMISSIONS if wanted}
    assert asked == {need.permission for need in NEEDS}  # discord.py has two names for one of them
    assert len(table("Permissions")) == len({need.permission for need in NEEDS})
    assert PERMISSIONS.value == INVITED_WITH


def test_make_targets_named_in_the_papers_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for paper in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "PRIVACY.md"):
        for target in re.findall(r"`make ([a-z-]+)`", (ROOT / paper).read_text()):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{paper} names make {target}"


def test_links_between_the_papers_lead_somewhere() -> None:
    for paper in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", paper.read_text()):
            assert (ROOT / target).exists(), f"{paper.name} links to {target}"


def test_the_container_runs_what_the_makefile_runs() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    runs = re.findall(r"^RUN make (.+)$", dockerfile, re.MULTILINE)
    assert runs == ["install"]
    assert 'CMD ["towards", "run"]' in dockerfile
    assert "USER towards" in dockerfile
