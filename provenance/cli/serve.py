"""provenance serve: the HTTP service."""

import os
import socket
from ipaddress import ip_address

import click

from provenance.cli.output import common, progress_of, say, settings_of
from provenance.errors import SettingsError
from provenance.settings import Settings
from provenance.toolkit import Toolkit


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Server processes.")
@common
def serve_command(host: str, port: int, workers: int, ledger: str | None, as_json: bool) -> int:
    """Serve the same answers over HTTP: API description at /docs and /openapi.json."""
    settings = settings_of(ledger)
    may_listen(host, settings)
    taken = why_not_listen(host, port)
    if taken:
        say(f"provenance: {host} port {port} cannot be listened on: {taken}")
        return 3
    os.environ["PROVENANCE_LEDGER"] = settings.ledger_url  # server processes read their settings anew
    with progress_of("Compiling the gazetteer (once): GeoNames and the rail stops", "names") as progress:
        Toolkit(settings).places(progress)
    import uvicorn

    uvicorn.run(
        "api.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning" if as_json else "info",
        server_header=False,
        timeout_keep_alive=5,
    )
    return 0


def why_not_listen(host: str, port: int) -> str | None:
    """Why nothing can listen there, found by trying: the server itself would only log it and leave."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as taken:
            return taken.strerror or str(taken)
    return None


def may_listen(host: str, settings: Settings) -> None:
    """Raises SettingsError for an address others can reach while no key is needed."""
    if settings.api_keys or host == "localhost":
        return
    try:
        if ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    raise SettingsError(f"--host {host} can be reached by others; set PROVENANCE_API_KEYS to a key first")
