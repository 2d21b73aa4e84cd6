"""The key file: what seals a text that must wait, and tells voices apart without naming anyone.

It lives apart from the database and its backups, so that the database alone reveals no author and no text.
It holds two kinds of keys. The lasting key seals what waits and recognises receipts. A period key joins a
person to what they shared, answered or nodded to; a period is 30 days, and its key is destroyed once the
last link made in it is over: where circles let links live for fewer days, that is sooner.

How a tag keeps working across the boundary between two periods: a link is always reckoned with the period
of what it belongs to, never with today's. A share remembers in which period it was posted, and its author,
its nods and whoever first answers it later are all reckoned with that period; a voice that exists is looked
for under every period that lives. So a voice keeps its name, and a nod counts once, as long as the share
lives, whichever day it is. Where the period is gone (destroyed by hand, before its time) the link is not
found any more: its person is met as somebody new, under the present period, and nobody can say who it was.
A link is made in two steps, HMAC under the lasting key and then under the period's, so either key alone
says nothing; and tags made before there were periods are brought into one by the second step, without
knowing whose they are.
"""

from bot.keys.file import KeyFile
from bot.keys.ring import Period, Ring
from bot.keys.service import Keys, open_keys, read_keys

__all__ = ["KeyFile", "Keys", "Period", "Ring", "open_keys", "read_keys"]
