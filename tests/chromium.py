"""A real Chromium, without a window and without anything that it would like to tell its maker."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def missing() -> str | None:
    """Why there is no Chromium to test with, or None."""
    return None if shutil.which("chromium") else "Chromium がありません"


def open_chromium() -> Iterator[Browser]:
    """The Chromium of the operating system, as long as the caller goes on."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        yield browser
        browser.close()
