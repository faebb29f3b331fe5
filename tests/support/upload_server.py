"""A gateway of nothing but uploads, native ones and files in JSON, for tests of its memory and of its answers over real HTTP.

`python -m tests.support.upload_server <mongo url> <database> <driver> <limit in bytes>` prints its port and serves until it ends.
"""

import asyncio
import sys

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.gateway.dialects.dotdigital.v2.file_intake import receive_file
from services.gateway.limits import BodyLimit, Frame
from services.gateway.problems import Problem, answer
from services.gateway.upload import receive
from shared.platform.clock import SystemClock
from shared.platform.files import Files
from shared.platform.mongo import Mongo
from shared.platform.settings import MongoDriver, PlatformSettings


async def _serve(url: str, database: str, driver: str, limit_bytes: int) -> None:
    clock = SystemClock()
    mongo = Mongo(PlatformSettings(mongo_url=SecretStr(url), mongo_database=database, mongo_driver=MongoDriver(driver)), clock)
    files = Files(mongo, clock)
    await files.prepare()

    async def upload(request: Request) -> Response:
        try:
            take = receive_file if request.headers["content-type"] == "application/json" else receive
            received = await take(request, files, 1, limit_bytes=limit_bytes)
        except Problem as problem:
            return answer(problem, request.scope)
        return JSONResponse({"bytes": received.file.bytes, "sha256": received.file.sha256, "name": received.name})

    app = Starlette(routes=[Route("/imports", upload, methods=["POST"])])
    bounded = Frame(BodyLimit(app, limit_bytes=1024, limits_itself=frozenset({"/imports"}).__contains__), clock)
    server = uvicorn.Server(uvicorn.Config(bounded, host="127.0.0.1", port=0, log_level="warning", access_log=False))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
