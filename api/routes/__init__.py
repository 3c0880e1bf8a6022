"""THE LIST of versioned routes."""

from fastapi import APIRouter

from api.routes import checks, compare, images, places, sightings

ROUTERS: tuple[APIRouter, ...] = (
    checks.router,
    images.router,
    sightings.router,
    compare.router,
    places.router,
)
