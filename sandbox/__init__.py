"""A Discord server on loopback that a real bot connects to, for trying the bot out and for tests.

server      one sandbox: REST and gateway on a port of 127.0.0.1
models      what a Discord server consists of, as plain state
world/      that state and everything that happens to it; tells of each change
objects/    the state as Discord's JSON
rest/       the REST API, one module for each resource; `door` is what they share
gateway/    connections, sessions, intents
interactions/  commands, buttons, selects and forms between people and a bot
permissions, limits/, ratelimits   Discord's rules, as pure reckoning
faults, trouble   bad days on demand: for requests; of every kind, over HTTP
components  their kinds, and walking through them
people/, seed, page   the people: for tests, to begin with, and in a browser
"""
