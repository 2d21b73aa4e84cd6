"""Discord's JSON objects, made from the world's state; complete as Discord's OpenAPI document asks."""
