"""From `python -m sandbox` to running stand-ins.

Its variables stand in docs/operations.md; the accounts it believes are the ones that ICP uses.
"""

import asyncio
import json
import os
import signal
import sys
from dataclasses import fields

from sandbox.server import start
from sandbox.world import Accounts, World


def accounts_from_environment() -> Accounts:
    """Take the accounts that ICP is told to use, so that both sides agree."""
    given = {known.name: os.environ.get(f"ICP_{known.name.upper()}") for known in fields(Accounts)}
    return Accounts(**{name: value for name, value in given.items() if value})


async def main() -> None:
    """Run until told to stop; the first line says the ports."""
    host = os.environ.get("SANDBOX_HOST", "127.0.0.1")
    port = int(os.environ.get("SANDBOX_PORT", "8100"))
    running = await start(
        World(accounts_from_environment()),
        host=host,
        http_port=port,
        smtp_port=port + 1 if port else 0,
        file=os.environ.get("SANDBOX_DB", "var/sandbox.sqlite3"),
    )
    ports = {"http": running.http_port, "smtp": running.mail.port, **running.boxes.ports}
    sys.stdout.write(json.dumps({"sandbox": f"http://{host}:{running.http_port}/"} | ports) + "\n")
    sys.stdout.flush()
    done = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, done.set)
    await done.wait()
    await running.stop()


if __name__ == "__main__":
    asyncio.run(main())
