"""What Discord accepts in a request's body, and how it refuses the rest (error 50035, "Invalid Form Body").

Each check takes the decoded JSON and returns the `errors` tree of Discord's answer, empty if all is well:

    {"components": {"0": {"components": {"1": {"label": {"_errors": [{"code": "…", "message": "…"}]}}}}}}

Lengths are counted in Unicode code points, as Discord's Python API counts them (discord-api-docs#1315),
not in UTF-16 units or bytes. Limits are those of Discord's documentation and, where it is silent, of its
OpenAPI document. Both say less than the API does, so the codes and messages are as people reported them.
"""
