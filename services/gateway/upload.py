"""From a request to a stored file: the bytes pass through in blocks and are never held whole.

Whatever ends it early (a limit, a broken body, a client that went away, a cancellation), nothing of the file stays behind.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.requests import Request

from services.gateway.file_names import clean_name, disposition, file_name
from services.gateway.multipart import Multipart, PartBegins, PartEnds
from services.gateway.problems import Problem
from services.gateway.transfer import ENVELOPE_BYTES, body_blocks, check_length, is_gzipped, too_large
from shared.platform.files import Files, FileTooLarge, StoredFile, Upload

IDLE_SECONDS = 60.0
MOST_TEXT_BYTES = 64 * 1024
FORM = "multipart/form-data"
ANY = "application/octet-stream"
ENDINGS = {
    "text/csv": ".csv",
    "application/csv": ".csv",
    "text/plain": ".txt",
    "text/tab-separated-values": ".tsv",
    "application/x-ndjson": ".ndjson",
    "application/json": ".json",
    "application/gzip": ".gz",
    "application/x-gzip": ".gz",
    "application/zstd": ".zst",
    ANY: "",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/vnd.apache.parquet": ".parquet",
}
"""What a raw body may be, and how a file is called that has no name. They are stored as they are; the importer reads them."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a form may have beside its part `file`: small texts. `read` makes of the name and the bytes of each what it says."""

    texts: frozenset[str]
    read: Callable[[str, bytes], Any]
    file: str | None = "file"
    """The name of the part with the file; None where its one part is the file, whatever it is called, and has a file name."""
    ignores_others: bool = False
    """Other parts are passed over and not refused."""
    is_only_way: bool = False
    """The file comes in a form, and never as the body itself."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was stored, and what came with it. `charset` and `media_type` are what the client says, unchecked."""

    file: StoredFile
    name: str
    media_type: str
    charset: str | None = None
    texts: Mapping[str, Any] = field(default_factory=dict)
    """What the small parts say, by name."""
    parts: tuple[str, ...] = ()

    @property
    def options(self) -> Mapping[str, Any]:
        """The native options that came in a part of their own."""
        options: Mapping[str, Any] = self.texts.get("options", {})
        return options


async def receive(
    request: Request,
    files: Files,
    account: int,
    *,
    limit_bytes: int,
    form: Form | None = None,
    idle_seconds: float = IDLE_SECONDS,
) -> Received:
    """Store the file that the request carries, as multipart/form-data or as its body. The file is ready and durable.

    Without a `form`, that is one with native options. Raises Problem: 400 `body_truncated`, `body_damaged`, `too_many_parts`,
    `part_unknown`, `part_repeated`, `file_missing`, `file_unnamed`; 408 `body_idle`; 413 `payload_too_large`, `options_too_large`;
    415 `media_type_unsupported`, `encoding_unsupported`; and what `form.read` raises, natively 422 `options_invalid`.
    """
    form = form or Form(frozenset({"options"}), _options)
    media_type, parameters = _media_type(request.headers.get("content-type", ""))
    is_form = media_type == FORM
    accepted = [FORM] if form.is_only_way else [FORM, *ENDINGS]
    if media_type not in accepted:
        raise _unsupported(media_type, accepted)
    is_packed = is_gzipped(request)
    most_bytes = limit_bytes + (ENVELOPE_BYTES if is_form else 0)
    check_length(request, most_bytes + (ENVELOPE_BYTES if is_packed else 0), limit_bytes)
    async with AsyncExitStack() as stack:
        intake = _Intake(stack, files, account, limit_bytes, form)
        blocks = await stack.enter_async_context(aclosing(body_blocks(request, most_bytes, limit_bytes, idle_seconds)))
        try:
            if is_form:
                return await intake.form(blocks, parameters.get("boundary", ""))
            return await intake.raw(blocks, _raw_name(request, media_type), media_type, parameters.get("charset"))
        except FileTooLarge:
            raise too_large(limit_bytes, field="file" if is_form else None) from None


class _Intake:
    """One request's way into the store. The stack ends the upload, whatever happens."""

    def __init__(self, stack: AsyncExitStack, files: Files, account: int, limit_bytes: int, form: Form) -> None:
        self._stack = stack
        self._files = files
        self._account = account
        self._limit_bytes = limit_bytes
        self._form = form
        self._upload: Upload | None = None
        self._file: PartBegins | None = None
        self._texts: dict[str, Any] = {}
        self._text = bytearray()
        self._parts: list[str] = []

    async def raw(self, blocks: AsyncIterator[bytes], name: str, media_type: str, charset: str | None) -> Received:
        upload = await self._begin(name)
        async for block in blocks:
            await upload.write(block)
        return Received(await upload.finish(), name, media_type, charset)

    async def form(self, blocks: AsyncIterator[bytes], boundary: str) -> Received:
        if not boundary:
            raise Problem(
                400, "body_damaged", "The Content-Type names no boundary. Let your HTTP library set it.", field="Content-Type"
            )
        multipart = Multipart(boundary.encode("latin-1", "replace"))
        async for block in blocks:
            for event in multipart.feed(block):
                await self._take(event)
        if not multipart.is_complete:
            detail = "The body ends before its last boundary. Send the request again, whole."
            raise Problem(400, "body_truncated", detail)
        if self._upload is None or self._file is None:
            what = "part with a file" if self._form.file is None else f"part named {self._form.file}"
            raise Problem(400, "file_missing", f"The form has no {what}. Put the contacts into one.", field="file")
        media_type, parameters = _media_type(self._file.media_type)
        stored = await self._upload.finish()
        name = _form_name(self._file)
        return Received(stored, name, media_type or ANY, parameters.get("charset"), self._texts, tuple(self._parts))

    async def _take(self, event: PartBegins | PartEnds | memoryview) -> None:
        if isinstance(event, PartBegins):
            await self._part(event)
        elif self._parts[-1] in self._form.texts:
            self._text_part(self._parts[-1], event)
        elif isinstance(event, memoryview) and self._upload and self._is_file(self._parts[-1]):
            await self._upload.write(event)

    async def _part(self, part: PartBegins) -> None:
        is_file = self._is_file(part.name)
        is_known = is_file or part.name in self._form.texts
        if not is_known and not self._form.ignores_others:
            known = " and, if you like, one named ".join(("file", *sorted(self._form.texts)))
            detail = f"A form has a part named {known}. Leave out what is neither."
            raise Problem(400, "part_unknown", detail, field=part.name[:64])
        is_repeated = self._file is not None if is_file else is_known and part.name in self._parts
        if is_repeated:
            what = "more than one part" if self._form.file is None else f"two parts named {part.name}"
            raise Problem(400, "part_repeated", f"The form has {what}. Send one file to a request.", field=part.name)
        self._parts.append(part.name)
        self._text.clear()
        if is_file:
            if part.file_name is None and self._form.file is None:
                raise Problem(400, "file_unnamed", "The part has no filename in its Content-Disposition. Give it one.")
            self._file = part
            self._upload = await self._begin(_form_name(part))

    def _is_file(self, name: str) -> bool:
        return name not in self._form.texts if self._form.file is None else name == self._form.file

    def _text_part(self, name: str, event: PartEnds | memoryview) -> None:
        if isinstance(event, PartEnds):
            self._texts[name] = self._form.read(name, bytes(self._text))
            return
        self._text += event
        if len(self._text) > MOST_TEXT_BYTES:
            raise Problem(413, "options_too_large", f"The {name} have more than {MOST_TEXT_BYTES} bytes.", field=name)

    async def _begin(self, name: str) -> Upload:
        return await self._stack.enter_async_context(self._files.upload(self._account, name, limit_bytes=self._limit_bytes))


def plain_text(name: str, data: bytes) -> str:
    """A small part as text, for `Form.read`. Raises Problem 400 `part_invalid` for what is not UTF-8."""
    try:
        return data.decode().strip()
    except UnicodeDecodeError:
        raise Problem(400, "part_invalid", f"The part named {name} is not text in UTF-8.", field=name) from None


def _options(name: str, text: bytes) -> dict[str, Any]:
    try:
        options = msgspec.json.decode(text) if text.strip() else {}
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Problem(422, "options_invalid", "The part named options is not valid JSON.", field="options") from None
    if not isinstance(options, dict):
        raise Problem(422, "options_invalid", 'The part named options is not a JSON object: {"name": value, ...}.', field="options")
    return options


def _media_type(value: str) -> tuple[str, dict[str, str]]:
    media_type, parameters = disposition(value.encode("latin-1", "replace"))
    return media_type, parameters


def _form_name(part: PartBegins) -> str:
    return clean_name(part.file_name or "", "upload")


def _raw_name(request: Request, media_type: str) -> str:
    default = "upload" + ENDINGS[media_type]
    kind, parameters = disposition(request.headers.get("content-disposition", "").encode("latin-1"))
    named = file_name(parameters) if kind == "attachment" else None
    return clean_name(named or request.query_params.get("filename", ""), default)


def _unsupported(media_type: str, accepted: list[str]) -> Problem:
    got = "This Content-Type is not taken here" if media_type else "The request says no Content-Type"
    is_curl = "urlencoded" in media_type and len(accepted) > 1
    hint = " (curl says this unless told otherwise: add -H 'Content-Type: text/csv')" if is_curl else ""
    detail = f"{got}{hint}. Accepted: {', '.join(accepted)}."
    return Problem(415, "media_type_unsupported", detail, field="Content-Type", accepted=accepted)
