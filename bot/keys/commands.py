"""`towards keys status|rotate|burn`: what whoever runs the bot can see of the key file, and do with it."""

from __future__ import annotations

import argparse
import stat
from collections.abc import Callable, Iterator
from datetime import date

from bot.errors import StartError
from bot.keys.file import KeyFile
from bot.keys.ring import LINK_DAYS, Period, Ring
from bot.keys.service import read_keys

Ask = Callable[[str], str]
"""Shows a line, gives what was typed. Raises EOFError where nobody is there to type."""
WORD = "burn"
BURNT = """
Destroys the keys of {which}. This can't be undone. For everything shared, answered or nodded to in that time:
  no longer  its author is known to the bot: they can't list it in `/my data`, nor erase the link
  no longer  who answered goes on as the same voice: they get a new name, and an author is not known as one
  no longer  a nod can be taken back, and who nodded before may be counted again
  still      the receipt works, by its button or code: take back, answer as the same voice
  still      drafts and texts that wait are kept and posted, from the private message they were shown in
It destroys the keys in this file only. Delete every older copy of it: each still holds them."""


def add_to(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    actions.add_parser("status", help="the periods, from when to when, and when the key of each is destroyed")
    rotate = actions.add_parser("rotate", help="begin a new period today")
    rotate.add_argument(
        "--link-days",
        type=_days,
        metavar="DAYS",
        help=f"from now on destroy a key so many days after its period's end at the latest: 0 to {LINK_DAYS}",
    )
    rotate.add_argument("--yes", action="store_true", help="don't ask where that destroys keys at once")
    burn = actions.add_parser("burn", help="destroy keys now, before their time")
    which = burn.add_mutually_exclusive_group(required=True)
    which.add_argument("--period", type=int, metavar="N", help="that of one period, by its number in status")
    which.add_argument("--all-links", action="store_true", help="those of all periods")
    burn.add_argument("--yes", action="store_true", help="don't ask")


def _days(written: str) -> int:
    if not written.isdecimal() or int(written) > LINK_DAYS:
        raise argparse.ArgumentTypeError(f"a number of days from 0 to {LINK_DAYS}")
    return int(written)


def work(
    file: KeyFile,
    options: argparse.Namespace,
    *,
    expected_id: str | None,
    today: date,
    ask: Ask,
) -> Iterator[str]:
    """Do what was asked for, and tell it line by line. Raises StartError where it can't be done."""
    ring = read_keys(file, expected_id=expected_id)
    if ring is None:
        raise StartError(f"There is no key file at {file.path} yet; the first `towards run` makes it.")
    if options.action == "status":
        yield from status(file, ring)
    elif options.action == "burn" and not ring.periods:
        raise StartError("There are no periods yet: the next `towards run` brings all links into the first.")
    elif options.action == "rotate":
        yield from _rotate(file, ring, options, today, ask)
    else:
        yield from _burn(file, ring, options, today, ask)


def status(file: KeyFile, ring: Ring) -> Iterator[str]:
    """Without any key; `ring.id` is what the database knows the file by."""
    mode = stat.S_IMODE(file.path.stat().st_mode)
    yield f"key file  {file.path} (mode {mode:04o}), fingerprint {ring.id[:8]}"
    yield "lasting   seals what waits, recognises receipts; stays as long as the file"
    if not ring.periods:
        yield "links     one key for all: the next `towards run` begins the first period"
    for period in ring.periods:
        yield f"period {period.number:<3}{_span(period)}; {_end(ring, period)}"
    yield f"A key is destroyed once no link made with it is left, {ring.link_days} days after its period's"
    yield "end at the latest: sooner where circles let links live for fewer days. Copies of this file keep"
    yield "theirs."


def _span(period: Period) -> str:
    return (
        f"{period.begins} to {period.ends}"
        if period.ends
        else f"{period.begins} to {period.last_day()} (now)"
    )


def _end(ring: Ring, period: Period) -> str:
    when = ring.destroyed_on(period)
    return f"destroyed on {when}" if period.key is None else f"to be destroyed by {when}"


def _rotate(file: KeyFile, ring: Ring, options: argparse.Namespace, today: date, ask: Ask) -> Iterator[str]:
    def rotated(ring: Ring) -> Ring:
        days = ring.link_days if options.link_days is None else options.link_days
        return ring.with_link_days(days).rotated(today).turned(today)

    after = {period.number for period in rotated(ring).living}
    lost = [period.number for period in reversed(ring.living) if period.number not in after]
    if lost:  # so few days that keys are past theirs at once
        yield from _confirm(f"period {', '.join(map(str, lost))}", options, ask)
    ring = file.change(rotated)
    yield f"Period {ring.periods[-1].number} begins today. Nothing that was shared before changes."
    yield from status(file, ring)


def _burn(file: KeyFile, ring: Ring, options: argparse.Namespace, today: date, ask: Ask) -> Iterator[str]:
    living = [period.number for period in ring.living]
    numbers = living if options.all_links else [options.period]
    if not set(numbers) <= set(living):
        raise StartError(f"There is no key of period {options.period} to destroy. Nothing was changed.")
    which = "all periods" if options.all_links else f"period {options.period}"
    yield from _confirm(which, options, ask)
    # Of all periods: also of one that a running bot began while the question stood.
    ring = file.change(
        lambda ring: ring.burnt(
            [period.number for period in ring.living] if options.all_links else numbers, today
        )
    )
    yield f"Destroyed. Period {ring.periods[-1].number} is the present one."


def _confirm(which: str, options: argparse.Namespace, ask: Ask) -> Iterator[str]:
    """Tell what is lost. Raises StartError where it isn't wanted then."""
    yield BURNT.format(which=which).strip()
    if options.yes:
        return
    try:
        typed = ask(f"Type {WORD} to go on: ")
    except EOFError:
        typed = ""
    if typed.strip() != WORD:
        raise StartError("Nothing was changed.")
