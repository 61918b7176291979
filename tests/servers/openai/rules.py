"""What the protocol refuses: messages, tools, parameters and JSON schemas that are malformed.

Stricter than most servers, so that what passes here passes there.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
ROLES = ("system", "user", "assistant", "tool")
PARAMETERS = {
    *("model", "messages", "temperature", "max_tokens", "max_completion_tokens", "stream"),
    *("stream_options", "tools", "tool_choice", "response_format", "frequency_penalty"),
    *("repeat_penalty", "stop", "seed"),
}
#: The keywords of a schema that may appear, by its type.
KEYWORDS = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items"},
    "string": {"enum"},
    "number": {"minimum", "maximum"},
    "integer": {"minimum", "maximum"},
    "boolean": set(),
}


class BadRequest(Exception):
    """A request that is refused with 400; ``param`` is what is wrong."""

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param


@dataclass(frozen=True)
class Request:
    """A checked request, as scripts see it."""

    body: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return list(self.body["messages"])

    @property
    def tools(self) -> dict[str, dict[str, Any]]:
        """The offered functions by name."""
        offered = self.body.get("tools", [])
        return {each["function"]["name"]: each["function"] for each in offered}

    @property
    def system(self) -> str:
        return str(self.messages[0]["content"])

    @property
    def prompt(self) -> str:
        """The first user message."""
        users = [each["content"] for each in self.messages if each["role"] == "user"]
        return str(users[0])

    @property
    def results(self) -> list[str]:
        """What the tool messages say."""
        return [each["content"] for each in self.messages if each["role"] == "tool"]

    @property
    def text(self) -> str:
        """All that can be read in it."""
        return json.dumps(self.messages, ensure_ascii=False)


def check(body: Any, *, refuses: set[str], model: str) -> Request:
    """The request of a body; raises :class:`BadRequest`. ``refuses`` are parameters not known."""
    if not isinstance(body, dict):
        raise BadRequest("the body must be an object")
    for name in body:
        if name not in PARAMETERS or name in refuses:
            raise BadRequest(f"Unsupported parameter: '{name}'", name)
    if body.get("model") != model:
        raise BadRequest(f"The model {body.get('model')!r} does not exist", "model")
    if "temperature" not in refuses and not isinstance(body.get("temperature"), int | float):
        raise BadRequest("temperature is missing", "temperature")
    limit = body.get("max_tokens", body.get("max_completion_tokens"))
    if not isinstance(limit, int) or not 0 < limit <= 100_000:
        raise BadRequest("max_tokens must be a positive integer", "max_tokens")
    if "stream_options" in body and not body.get("stream"):
        raise BadRequest("stream_options without stream", "stream_options")
    tools = body.get("tools")
    if tools is not None:
        _check_tools(tools)
    if "response_format" in body:
        _check_form(body["response_format"])
    _check_messages(body.get("messages"))
    return Request(body)


def _check_messages(messages: Any) -> None:
    if not isinstance(messages, list) or not messages:
        raise BadRequest("messages must be a list that is not empty", "messages")
    waiting: list[str] = []
    for at, message in enumerate(messages):
        where = f"messages[{at}]"
        role = message.get("role") if isinstance(message, dict) else None
        if role not in ROLES:
            raise BadRequest(f"{where}: unknown role {role!r}", "messages")
        if role == "system" and at:
            raise BadRequest(f"{where}: the system message comes first", "messages")
        allowed = {"role", "content"}
        allowed |= {"tool": {"tool_call_id"}, "assistant": {"tool_calls"}}.get(role, set())
        if set(message) - allowed:
            raise BadRequest(
                f"{where}: unknown fields {sorted(set(message) - allowed)}", "messages"
            )
        if role == "tool":
            if message.get("tool_call_id") not in waiting:
                raise BadRequest(f"{where}: no tool call before it has this id", "messages")
            waiting.remove(message["tool_call_id"])
        elif waiting:
            raise BadRequest(f"{where}: tool calls without an answer: {waiting}", "messages")
        calls = message.get("tool_calls") if role == "assistant" else None
        if calls is not None:
            waiting = [_check_call(each, where) for each in calls]
            if not waiting or len(set(waiting)) != len(waiting):
                raise BadRequest(f"{where}: tool_calls must be there, each once", "messages")
        content = message.get("content")
        if not (isinstance(content, str) and content) and not (content is None and calls):
            raise BadRequest(f"{where}: content must be text", "messages")
        if isinstance(content, str):
            content.encode()  # no halves of characters
    if waiting:
        raise BadRequest(f"tool calls without an answer: {waiting}", "messages")
    if messages[-1]["role"] not in ("user", "tool"):
        raise BadRequest("the last message must be the user's or a tool's", "messages")


def _check_call(call: Any, where: str) -> str:
    if set(call) != {"id", "type", "function"} or call["type"] != "function":
        raise BadRequest(f"{where}: malformed tool call", "messages")
    function = call["function"]
    if set(function) != {"name", "arguments"} or not NAME.fullmatch(function["name"]):
        raise BadRequest(f"{where}: malformed function {function}", "messages")
    try:  # templates of chat models read them
        arguments = json.loads(function["arguments"])
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        raise BadRequest(f"{where}: arguments are no JSON object", "messages")
    return str(call["id"])


def _check_tools(tools: Any) -> None:
    if not isinstance(tools, list) or not tools:
        raise BadRequest("tools must be a list that is not empty", "tools")
    names = []
    for tool in tools:
        if set(tool) != {"type", "function"} or tool["type"] != "function":
            raise BadRequest(f"malformed tool {tool}", "tools")
        function = tool["function"]
        if set(function) - {"name", "description", "parameters", "strict"}:
            raise BadRequest(f"unknown fields of a function: {sorted(function)}", "tools")
        if not NAME.fullmatch(function.get("name", "")):
            raise BadRequest(f"a function's name: {function.get('name')!r}", "tools")
        names.append(function["name"])
        if not isinstance(function.get("description"), str) or len(function["description"]) > 1024:
            raise BadRequest(f"{names[-1]}: description", "tools")
        if function.get("parameters", {}).get("type") != "object":
            raise BadRequest(f"{names[-1]}: parameters must be an object", "tools")
        check_schema(function["parameters"], names[-1])
    if len(set(names)) != len(names):
        raise BadRequest("two functions of one name", "tools")


def _check_form(form: Any) -> None:
    if form.get("type") != "json_schema" or not NAME.fullmatch(form["json_schema"]["name"]):
        raise BadRequest("malformed response_format", "response_format")
    check_schema(form["json_schema"]["schema"], "response_format", strict=True)


def check_schema(schema: Any, where: str, *, strict: bool = False) -> None:
    """A subset of JSON Schema that every server can follow."""
    kind = schema.get("type") if isinstance(schema, dict) else None
    if kind not in KEYWORDS:
        raise BadRequest(f"{where}: unknown type {kind!r}", "tools")
    extra = set(schema) - {"type", "description", "default"} - KEYWORDS[kind]
    if extra:
        raise BadRequest(f"{where}: {kind} has no {sorted(extra)}", "tools")
    if "enum" in schema and not (
        schema["enum"] and all(isinstance(each, str) for each in schema["enum"])
    ):
        raise BadRequest(f"{where}: an enum needs values", "tools")
    if kind == "array":
        check_schema(schema.get("items"), where)
    if kind == "object":
        properties = schema.get("properties", {})
        if set(schema.get("required", [])) - set(properties):
            raise BadRequest(f"{where}: requires what is no property", "tools")
        if strict and set(schema.get("required", [])) != set(properties):
            raise BadRequest(f"{where}: strict schemas require all properties", "tools")
        for name, each in properties.items():
            check_schema(each, f"{where}.{name}")
