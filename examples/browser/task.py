"""Opens a page and keeps a picture of it in the artifacts folder."""

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

ADDRESS = os.environ.get("ADDRESS", "https://example.com")


def main() -> None:
    folder = Path(os.environ.get("ROBOT_ARTIFACTS", "output"))
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch()
        page = browser.new_page()
        page.goto(ADDRESS)
        page.screenshot(path=folder / "page.png")
        print(f"{ADDRESS}: {page.title()}")
        browser.close()


if __name__ == "__main__":
    main()
