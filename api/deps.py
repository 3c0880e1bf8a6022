"""What routes are handed: the desk, the key check, and a thread to work in."""

import hmac
from collections.abc import Callable
from functools import partial
from typing import Annotated, ParamSpec, TypeVar

from anyio import to_thread
from fastapi import Depends, HTTPException, Request

from provenance.desk import Desk

P = ParamSpec("P")
T = TypeVar("T")


def desk_of(request: Request) -> Desk:
    desk = request.app.state.desk
    assert isinstance(desk, Desk)  # noqa: S101 - create_app put it there
    return desk


TheDesk = Annotated[Desk, Depends(desk_of)]


async def key_required(request: Request) -> None:
    """Where keys are set, `Authorization: Bearer KEY` must bear one of them."""
    keys = desk_of(request).toolkit.settings.api_keys
    if not keys:
        return
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    fits = [hmac.compare_digest(given.encode("utf-8", "replace"), key.encode()) for key in keys]
    if scheme.lower() != "bearer" or not any(fits):
        raise HTTPException(401, "A key is needed: Authorization: Bearer KEY", {"WWW-Authenticate": "Bearer"})


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run what waits for disks or workers beside the event loop."""
    return await to_thread.run_sync(partial(work, *args, **kwargs))
