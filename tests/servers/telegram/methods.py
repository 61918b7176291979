"""The methods of the Bot API that the bot uses, as strict as the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.telegram import rules
from tests.servers.telegram.people import Chat, Shown, check_place
from tests.servers.telegram.rules import ApiError, Params, bad

if TYPE_CHECKING:
    from tests.servers.telegram.server import TelegramServer

MEDIA = ("voice", "audio", "video", "video_note", "photo", "document")
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class Methods:
    """Each public coroutine is a method, by its name."""

    def __init__(self, server: TelegramServer) -> None:
        self._server = server

    async def getMe(self, params: Params) -> Any:  # noqa: N802
        return self._server.bot.json() | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def logOut(self, params: Params) -> Any:  # noqa: N802
        self._server.logged_out = True
        return True

    async def getFile(self, params: Params) -> Any:  # noqa: N802
        server = self._server
        stored = server.files.get(params.text("file_id") or "")
        if stored is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if stored.size > rules.DOWNLOAD_BYTES and not server.local:
            raise bad("file is too big")
        return {
            "file_id": stored.file_id,
            "file_unique_id": stored.file_id[-8:],
            "file_size": stored.size,
            "file_path": server.path_of(stored),
        }

    async def sendMessage(self, params: Params) -> Any:  # noqa: N802
        text = rules.check_text(params.text("text"))
        return self._show(params, "text", text).json()

    async def sendMediaGroup(self, params: Params) -> Any:  # noqa: N802
        media = params.json("media") or []
        if not 2 <= len(media) <= 10:
            raise bad(f"{len(media)} messages cannot be sent as an album")
        kinds = {each["type"] for each in media}
        if len(kinds) > 1 and not kinds <= {"photo", "video"}:
            raise bad("MEDIA_GROUPED_INVALID")
        if params.json("reply_markup"):
            raise bad("albums have no reply markup")
        uploads = []
        for each in media:
            name, media_type, data = Params({"media": each["media"]}, params.files).file("media")
            self._check_media(each["type"], data)
            rules.check_caption(each.get("caption"))
            uploads.append((each, name, media_type, data))
        chat = self._chat(params)
        place = self._place(chat, params)
        self._server.meter.count(chat.id, len(uploads))
        album = str(self._server.number())
        shown = []
        for each, name, media_type, data in uploads:
            file = self._server.store(name, data, media_type=media_type)
            text = each.get("caption") or ""
            bot = self._server.bot
            shown.append(chat.add(bot, each["type"], text, file=file, album=album, **place))
        return [each.json() for each in shown]

    async def media(self, kind: str, params: Params) -> Any:
        """SendVoice and the like."""
        name, media_type, data = params.file(kind)
        self._check_media(kind, data)
        text = rules.check_caption(params.text("caption"))
        chat = self._chat(params)
        if kind in ("voice", "video_note") and chat.person and chat.person.forbids_voice:
            raise bad("VOICE_MESSAGES_FORBIDDEN")
        return self._show(
            params,
            kind,
            text,
            file=self._server.store(name, data, media_type=media_type),
            duration=params.number("duration"),
        ).json()

    async def sendMessageDraft(self, params: Params) -> Any:  # noqa: N802
        chat = self._chat(params)
        if chat.type != "private" or not chat.takes_drafts:
            raise bad("TEXTDRAFT_PEER_INVALID")
        draft = params.number("draft_id")
        if not draft:
            raise bad("TEXTDRAFT_ID_INVALID")
        text = params.text("text") or ""
        if rules.units(text) > rules.TEXT:
            raise bad("message is too long")
        thread = params.number("message_thread_id")
        check_place(chat, thread, None)
        chat.drafts.append((self._server.clock(), draft, text, thread))
        return True

    async def sendChatAction(self, params: Params) -> Any:  # noqa: N802
        chat = self._chat(params)
        action = params.text("action")
        if action not in rules.ACTIONS:
            raise bad("wrong parameter action in request")
        thread = params.number("message_thread_id")
        check_place(chat, thread, None)
        chat.actions.append((self._server.clock(), action, thread))
        return True

    async def editMessageText(self, params: Params) -> Any:  # noqa: N802
        chat = self._chat(params)
        shown = self._message(chat, params, "message to edit not found")
        if shown.sender.id != self._server.bot.id or shown.kind != "text":
            raise bad("message can't be edited")
        text = rules.check_text(params.text("text"))
        keyboard = rules.check_keyboard(params.json("reply_markup"))
        if text == shown.text and keyboard == shown.keyboard:
            raise bad(NOT_MODIFIED)
        self._server.meter.count(chat.id)
        shown.text, shown.keyboard = text, keyboard
        shown.edits.append((self._server.clock(), text))
        return shown.json()

    async def deleteMessage(self, params: Params) -> Any:  # noqa: N802
        chat = self._chat(params)
        shown = self._message(chat, params, "message to delete not found")
        shown.deleted_at = self._server.clock()
        return True

    async def answerCallbackQuery(self, params: Params) -> Any:  # noqa: N802
        query = params.text("callback_query_id") or ""
        answers = self._server.queries
        text = params.text("text") or ""
        if len(text) > 200:
            raise bad("MESSAGE_TOO_LONG")
        if query not in answers or answers[query] is not None:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        answers[query] = text
        return True

    async def setMyCommands(self, params: Params) -> Any:  # noqa: N802
        commands = params.json("commands") or []
        rules.check_commands(commands)
        self._server.commands[params.text("language_code") or ""] = commands
        return True

    async def getMyCommands(self, params: Params) -> Any:  # noqa: N802
        return self._server.commands.get(params.text("language_code") or "", [])

    async def getChatMember(self, params: Params) -> Any:  # noqa: N802
        chat = self._chat(params)
        await self._until_told(chat)
        user = self._server.people.get(params.number("user_id") or 0)
        if user is None:
            raise bad("user not found")
        return _member(chat, user.json())

    async def getChatAdministrators(self, params: Params) -> Any:  # noqa: N802
        chat = self._chat(params)
        if chat.type == "private":
            raise bad("there are no administrators in the private chat")
        await self._until_told(chat)
        return [_member(chat, self._server.people[each].json()) for each in chat.admins]

    async def _until_told(self, chat: Chat) -> None:
        if chat.tells_admins is not None:
            await self._server.changed()
            await chat.tells_admins.wait()

    def _chat(self, params: Params) -> Chat:
        chat = self._server.chats.get(params.number("chat_id") or 0)
        if chat is None:
            raise bad("chat not found")
        if chat.upgraded_to is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.upgraded_to,
            )
        if chat.kicked:
            raise ApiError(403, f"Forbidden: bot was kicked from the {chat.type} chat")
        if chat.person is not None and chat.person.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return chat

    def _message(self, chat: Chat, params: Params, missing: str) -> Shown:
        shown = chat.messages.get(params.number("message_id") or 0)
        if shown is None or shown.deleted_at is not None:
            raise bad(missing)
        return shown

    def _place(self, chat: Chat, params: Params) -> dict[str, Any]:
        thread = params.number("message_thread_id")
        reply_to = check_place(chat, thread, params.json("reply_parameters"))
        silent = params.text("disable_notification") == "true"
        return {"thread": thread, "reply_to": reply_to, "silent": silent}

    def _show(self, params: Params, kind: str, text: str, **more: Any) -> Shown:
        chat = self._chat(params)
        keyboard = rules.check_keyboard(params.json("reply_markup"))
        place = self._place(chat, params)
        self._server.meter.count(chat.id)
        return chat.add(self._server.bot, kind, text, keyboard=keyboard, **place, **more)

    def _check_media(self, kind: str, data: bytes) -> None:
        if kind == "voice":
            rules.check_voice(data)
        if kind == "photo":
            rules.check_photo(data)


def _member(chat: Chat, user: dict[str, Any]) -> dict[str, Any]:
    status = chat.admins.get(user["id"], "member")
    member: dict[str, Any] = {"user": user, "status": status}
    if status == "creator":
        member["is_anonymous"] = False
    if status == "administrator":
        rights = (
            "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats "
            "can_restrict_members can_promote_members can_change_info can_invite_users "
            "can_post_stories can_edit_stories can_delete_stories"
        )
        member |= dict.fromkeys(rights.split(), False)
    return member
