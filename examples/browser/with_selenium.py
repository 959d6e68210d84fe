"""Opens a page with Selenium and keeps a picture of it: on a display where there is one."""

import os

from selenium import webdriver

from place import ADDRESS, BROWSER, picture

options = webdriver.ChromeOptions()
options.binary_location = BROWSER
# A container is the sandbox: Chromium's own needs rights that it does not have.
options.add_argument("--no-sandbox")
if "DISPLAY" not in os.environ:
    options.add_argument("--headless=new")
# The driver of the base: without a path Selenium looks for one to download.
service = webdriver.ChromeService(executable_path="/usr/bin/chromedriver")
browser = webdriver.Chrome(options=options, service=service)
try:
    browser.get(ADDRESS)
    browser.save_screenshot(picture("selenium"))
    print(f"Selenium: {browser.title}")
finally:
    browser.quit()
