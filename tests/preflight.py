"""From a bare Python to one clear sentence about what is missing; runs before anything is installed."""

import importlib.util
import sys

OLDEST = (3, 11)


def problem() -> str | None:
    if sys.version_info[:2] < OLDEST:
        return (
            f"ICP needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}."
            " Name another one: make run PYTHON=python3.12"
        )
    for module in ("venv", "ensurepip", "sqlite3", "ssl"):
        if importlib.util.find_spec(module) is None:
            return (
                f"This Python lacks its module '{module}'."
                " On Debian or Ubuntu: sudo apt-get install python3-venv"
            )
    return None


if __name__ == "__main__":
    sys.exit(problem())
