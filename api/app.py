"""The application: routes over a desk. `from_environment` is what a server process starts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api import guards, problems
from api.routes import ROUTERS, UPLOADS, docs, health
from provenance.desk import Desk
from provenance.settings import Settings

DESCRIPTION = (
    "A photo goes in, a dossier comes out: known copies, metadata, candidate places, prior sightings, conflicts and "
    "gaps, each with its reason. Errors are RFC 9457 problem documents. Nothing leaves the machine."
)


def create_app(desk: Desk) -> FastAPI:
    """The service over this desk, whose settings say what is needed of a caller. The desk is closed with the app."""
    settings = desk.toolkit.settings

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        desk.close()

    app = FastAPI(
        title="provenance",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,  # FastAPI's own pages load scripts from the network; ours do not
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
    )
    app.state.desk = desk
    app.state.gate = guards.Gate(guards.UPLOADS_AT_ONCE)
    problems.install(app)
    problems.describe(app)
    for router in ROUTERS:
        app.include_router(router, prefix="/v1")
    app.include_router(health.router)
    app.include_router(docs.router)
    most = 2 * settings.max_bytes + guards.FORM_OVERHEAD_BYTES  # two photos to compare
    app.add_middleware(guards.BodyLimit, uploads=UPLOADS, max_bytes=most)
    app.add_middleware(guards.KeyNeeded, keys=settings.api_keys, prefix="/v1/")
    app.add_middleware(guards.SameOrigin, local_only=not settings.api_keys)
    app.add_middleware(guards.SafeHeaders)
    return app


def from_environment() -> FastAPI:
    desk = Desk.open(Settings.read())
    desk.toolkit.warm_up()
    return create_app(desk)
