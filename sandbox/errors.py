"""Discord's refusals, as one exception (docs: topics/opcodes-and-status-codes, "JSON Error Codes")."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A refusal with its HTTP status and JSON code; for an invalid form body the nested `errors`, for a 429
    the seconds to wait."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        errors: dict[str, Any] | None = None,
        *,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message, self.errors = status, code, message, errors
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = self.errors
        if self.retry_after is not None:
            body |= {"retry_after": self.retry_after, "global": False}
        return body


_UNKNOWN = {
    10002: "Unknown Application",
    10003: "Unknown Channel",
    10004: "Unknown Guild",
    10007: "Unknown Member",
    10008: "Unknown Message",
    10009: "Unknown permission overwrite",
    10011: "Unknown Role",
    10013: "Unknown User",
    10014: "Unknown Emoji",
    10015: "Unknown Webhook",
    10026: "Unknown Ban",
    10062: "Unknown interaction",
    10063: "Unknown application command",
    10066: "Unknown application command permissions",
    10070: "Unknown Guild Scheduled Event",
}


def unknown(code: int) -> ApiError:
    """404 with one of the 10xxx codes."""
    return ApiError(404, code, _UNKNOWN[code])


def missing_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions")


def invalid_form(errors: dict[str, Any]) -> ApiError:
    """400 with the nested form errors, e.g. `{"content": {"_errors": [{"code": ..., "message": ...}]}}`."""
    return ApiError(400, 50035, "Invalid Form Body", errors)


def form_error(code: str, message: str) -> dict[str, Any]:
    """The leaf of a nested form error."""
    return {"_errors": [{"code": code, "message": message}]}
