"""Which of the shares that wait leave now. Nothing here knows a time at which one was written.

**A random while** is memoryless: at each look a share leaves with a chance that depends only on how long ago
the last look was. How long it has waited changes nothing, so nothing of it has to be kept; and from the
moment it is posted nobody can say more of the moment it was written than how long such a while may last.

**Enough different people.** Say a circle asks for k (`Rules.authors`). As in a pool mix (Serjantov,
Dingledine and Syverson, "From a Trickle to a Flood: Active Attacks on Several Mix Types", Information Hiding
2002), more have to wait than are posted: once shares of k + (k - 1) different people wait, those of k of
them, drawn at random, are posted, and those of the other k - 1 stay, to be mixed with whatever comes. A
random while lies between the moment that there are enough and the opening.

What that gives, against somebody who writes from k - 1 accounts, at any time and as often as they like:

* alone they see nothing opened; however many shares one account has, it counts once;
* whenever something is opened, shares of at least k people other than them were in the draw: whose of these
  a post is they can say no better than by guessing, one in k;
* whether one certain person's share was in an opening they can say with k / (2k - 1) at best (for 3: 3 in
  5), since what was not drawn waits for the next one; and an opening is no larger the more wait.

What it does not give: with 2k - 2 accounts of their own, whoever shares next makes the opening, and the post
that is not theirs is that person's; then only the random while and the draw are left. And in a circle where
fewer share, a share leaves alone in the end (see `_oldest`), and tells in which days it was written.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from bot.sharing.models import Share
from bot.sharing.rules.models import Leaving, Rules

AT_MOST = timedelta(days=7)
"""What was handed in so long ago is posted at the next opening of the day, whatever it waits for."""
AT_LEAST = timedelta(days=5)
"""The same may happen from this age on, so that the day of a lone post does not tell the day of writing."""


def leaving(wanted: Leaving) -> Leaving:
    """What a share waits for. Where its circle posts at once by now, it goes with the next day's opening.

    So its hour stays hidden whatever its author was promised, and it has the company of all that waited.
    """
    return Leaving.HOUR if wanted is Leaving.AT_ONCE else wanted


def enough(authors: int) -> int:
    """How many different people have to wait, for those of `authors` to be posted."""
    return 2 * authors - 1


def passes(elapsed: timedelta, mean: timedelta) -> float:
    """The chance that a memoryless while of this mean ends within `elapsed`."""
    return -math.expm1(-max(elapsed, timedelta(0)) / mean)


def leave_now(
    waiting: Sequence[Share],
    rules: Rules,
    *,
    elapsed: timedelta,
    opening: date | None,
    chance: random.Random,
) -> list[Share]:
    """Of a circle's waiting shares those that leave now, in the random order in which they are posted.

    `elapsed` is the time since the last look; `opening` the day whose hour has come, on the circle's clock.
    """
    by: dict[Leaving, list[Share]] = {each: [] for each in Leaving}
    for share in sorted(waiting, key=lambda share: share.id):  # in an order that tells nothing
        by[leaving(share.leaving or rules.leaving)].append(share)
    passed = passes(elapsed, timedelta(minutes=rules.hold_minutes))
    gone = [share for share in by[Leaving.HELD] if chance.random() < passed]
    if chance.random() < passed:
        gone += _mixed(by[Leaving.AUTHORS], rules.authors, chance)
    if opening is not None:
        gone += by[Leaving.HOUR]
        gone += _oldest([*by[Leaving.HELD], *by[Leaving.AUTHORS]], opening, chance)
    return _shuffled(gone, chance)


def _mixed(waiting: Sequence[Share], authors: int, chance: random.Random) -> list[Share]:
    """Those of so many different people, drawn at random, once there are enough.

    A share that does not count has an author who counts already, or did: it may go along with any opening.
    """
    counting = [share for share in waiting if share.counts]
    if len(counting) < enough(authors):
        return []
    others = [share for share in waiting if not share.counts]
    along = [share for share in others if chance.random() < authors / len(counting)]
    return [*chance.sample(counting, authors), *along]


def _oldest(waiting: Sequence[Share], opening: date, chance: random.Random) -> list[Share]:
    """Those that have waited long enough, each on one of three days that are equally likely.

    Where there is one, half of the others go along: a post that has company does not tell its day.
    """
    due = [share for share in waiting if chance.random() < _due(opening - share.day)]
    if not due:
        return []
    return [*due, *(share for share in waiting if share not in due and chance.random() < 0.5)]


def _due(age: timedelta) -> float:
    if age < AT_LEAST:
        return 0.0
    return 1 / max(1, (AT_MOST - age).days + 1)


def _shuffled(shares: Iterable[Share], chance: random.Random) -> list[Share]:
    each = list({share.id: share for share in shares}.values())
    chance.shuffle(each)
    return each
