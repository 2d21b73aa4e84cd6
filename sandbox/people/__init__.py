"""Being one of the people in the sandbox: do what they can do, see what they can see.

maya = sandbox.person("Maya")
reply = await maya.slash("/check-in", channel="circle")
reply = await maya.submit(reply, {"How connected am I?": "Somewhat"})
assert "Thank you" in reply.text
"""

from sandbox.people.person import Person, named
from sandbox.people.seen import Reply, Seen, view_of

__all__ = ["Person", "Reply", "Seen", "named", "view_of"]
