"""Every setting once: its name in the environment, its default, and one line of help.

Nothing is read at import; `Settings.read` takes the environment as an argument.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import StartError

CONTENT = Path(__file__).resolve().parent.parent / "content"


def _setting(env: str, default: str, help: str, parse: Callable[[str], Any] = str) -> Any:
    return dataclasses.field(metadata={"env": env, "default": default, "help": help, "parse": parse})


def _url(*schemes: str) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        if not raw.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise ValueError(f"an address that starts with {' or '.join(s + '://' for s in schemes)}")
        return raw.rstrip("/")

    return parse


def _positive(raw: str) -> float:
    try:
        value = float(raw)
    except ValueError:
        value = 0.0
    if not 0 < value < 86_400:
        raise ValueError("a number above 0")
    return value


def _port(raw: str) -> int:
    if not raw.isdigit() or not 0 <= int(raw) <= 65_535:
        raise ValueError("a port from 0 to 65535 (0: any that is free)")
    return int(raw)


def _level(raw: str) -> str:
    if raw.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError("DEBUG, INFO, WARNING or ERROR")
    return raw.upper()


@dataclass(frozen=True, kw_only=True)
class Settings:
    token: str = dataclasses.field(
        repr=False,
        metadata={
            "env": "DISCORD_TOKEN",
            "default": "",
            "help": "The bot's token from Discord's developer portal. Needed by `towards run` only.",
            "parse": str,
        },
    )
    api_url: str = _setting(
        "DISCORD_API_URL",
        "https://discord.com/api/v10",
        "Discord's HTTP API, or any server that speaks it.",
        _url("http", "https"),
    )
    gateway_url: str = _setting(
        "DISCORD_GATEWAY_URL",
        "wss://gateway.discord.gg",
        "Discord's gateway, or any server that speaks it.",
        _url("ws", "wss"),
    )
    database: Path = _setting(
        "TOWARDS_DATABASE", "data/towards.db", "The SQLite file. Its folder is made if absent.", Path
    )
    key_file: Path = _setting(
        "TOWARDS_KEY_FILE",
        "data/towards.keys",
        "The key file, made at first start. Keep it out of the database's backups.",
        Path,
    )
    content: Path = _setting(
        "TOWARDS_CONTENT", str(CONTENT), "The folder of words and prompts, if you keep your own.", Path
    )
    log_level: str = _setting("TOWARDS_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR.", _level)
    tick_seconds: float = _setting(
        "TOWARDS_TICK_SECONDS", "5", "How often to look for what is due, in seconds.", _positive
    )
    sends_per_second: float = _setting(
        "TOWARDS_SENDS_PER_SECOND",
        "45",
        "Ceiling for posts the bot sends by itself; Discord allows 50 requests a second.",
        _positive,
    )
    guild_ready_timeout: float = _setting(
        "TOWARDS_GUILD_READY_TIMEOUT",
        "2",
        "Seconds without a further server from the gateway before the bot counts as ready.",
        _positive,
    )
    sandbox_port: int = _setting(
        "TOWARDS_SANDBOX_PORT", "8910", "The port of `towards sandbox` on 127.0.0.1; 0 takes any.", _port
    )

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """Settings from an environment; an empty value counts as unset.

        Raises StartError naming the first setting that is wrong, and what it should be.
        """
        values: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            name = field.metadata["env"]
            raw = environment.get(name, "").strip() or field.metadata["default"]
            try:
                values[field.name] = field.metadata["parse"](raw)
            except ValueError as error:
                raise StartError(f"{name} is not usable: it should be {error}.") from None
        return cls(**values)

    def require_token(self) -> str:
        if not self.token:
            raise StartError(
                "DISCORD_TOKEN is missing: set it in the environment or in a file named .env. "
                "README.md tells where to get it; `towards sandbox` needs none."
            )
        return self.token


def settings_table() -> list[tuple[str, str, str]]:
    """(name, default, help) of every setting, for --help and the README's table."""
    return [
        (
            field.metadata["env"],
            "content/ of this project" if field.name == "content" else field.metadata["default"],
            field.metadata["help"],
        )
        for field in dataclasses.fields(Settings)
    ]
