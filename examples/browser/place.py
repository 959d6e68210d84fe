"""Which page is opened, and where its picture goes."""

import os
from pathlib import Path

ADDRESS = os.environ.get("ADDRESS") or (Path(__file__).parent / "page.html").as_uri()
BROWSER = os.environ.get("BROWSER", "/usr/bin/chromium")


def picture(name: str) -> str:
    folder = Path(os.environ.get("ROBOT_ARTIFACTS", "output"))
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / f"{name}.png")
