"""From a request to a stored file, in either of the two ways: base64 in JSON, or a form of one part. The bytes pass through.

What is stored is the file itself and never its base64; the limit is the file's, too.
"""

from contextlib import aclosing

from starlette.requests import Request

from services.gateway.dialects.dotdigital.v2.errors import refused
from services.gateway.dialects.dotdigital.v2.file_body import MOST_BESIDE_BYTES, FileBody
from services.gateway.file_names import clean_name
from services.gateway.json_body import MEDIA_TYPES, OLD_MEDIA_TYPE
from services.gateway.transfer import ENVELOPE_BYTES, body_blocks, check_length, is_gzipped, too_large
from services.gateway.upload import ANY, FORM, IDLE_SECONDS, Form, Received, plain_text, receive
from shared.platform.files import Files, FileTooLarge

JSON_TYPES = (MEDIA_TYPES[0], OLD_MEDIA_TYPE)
_FORM = Form(frozenset(), plain_text, file=None, is_only_way=True)
_NAME = "upload"


async def receive_file(request: Request, files: Files, account: int, *, limit_bytes: int) -> Received:
    """Store the file; it is ready and durable. Its name is as the client says it, without what may be a path in it.

    Raises Problem: 400 ERROR_CONTENT_TYPE_IS_NOT_SUPPORTED, and as `FileBody` and `services.gateway.upload.receive` do.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type in JSON_TYPES:
        return await _from_json(request, files, account, limit_bytes)
    if media_type != FORM:
        detail = f"The file comes as {JSON_TYPES[0]}, in base64, or as {FORM}. Say one of them as Content-Type."
        raise refused(400, "ERROR_CONTENT_TYPE_IS_NOT_SUPPORTED", detail)
    return await receive(request, files, account, limit_bytes=limit_bytes, form=_FORM)


async def _from_json(request: Request, files: Files, account: int, limit_bytes: int) -> Received:
    most_bytes = _most_bytes(limit_bytes)
    check_length(request, most_bytes + (ENVELOPE_BYTES if is_gzipped(request) else 0), limit_bytes)
    body = FileBody()
    async with (
        files.upload(account, _NAME, limit_bytes=limit_bytes) as upload,
        aclosing(body_blocks(request, most_bytes, limit_bytes, IDLE_SECONDS)) as blocks,
    ):
        try:
            async for block in blocks:
                for part in body.feed(block):
                    await upload.write(part)
        except FileTooLarge:
            raise too_large(limit_bytes, field="data") from None
        body.finish()
        return Received(await upload.finish(), clean_name(body.name, _NAME), ANY)


def _most_bytes(limit_bytes: int) -> int:
    """Of a body with a file of this length: four characters for three bytes, each of them escaped."""
    return 2 * ((limit_bytes + 2) // 3 * 4) + MOST_BESIDE_BYTES
