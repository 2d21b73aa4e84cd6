"""Two people talk through the bot: each is reached where they asked to be, and not told who the other is."""
