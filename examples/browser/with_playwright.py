"""Opens a page with Playwright and keeps a picture of it."""

from playwright.sync_api import sync_playwright

from place import ADDRESS, BROWSER, picture

with sync_playwright() as playwright:
    # The base's own browser: Playwright would look for the one that it downloads.
    browser = playwright.chromium.launch(executable_path=BROWSER)
    page = browser.new_page()
    page.goto(ADDRESS)
    page.screenshot(path=picture("playwright"))
    print(f"Playwright: {page.title()}")
    browser.close()
