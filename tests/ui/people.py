"""What people do at the pages of one deal, for browser tests: they see, click, type and take pictures."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import FilePayload, Locator, Page, expect

PDF: FilePayload = {"name": "документ.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 words"}
PHOTO: FilePayload = {
    "name": "фото.jpg",
    "mimeType": "image/jpeg",
    "buffer": b"\xff\xd8\xff\xe0 picture \xff\xd9",
}
LONG = 60_000  # milliseconds: what another pipeline's deal may take to open on a busy machine


def dialog(page: Page) -> Locator:
    """The dialog that is open."""
    return page.get_by_role("dialog")


def section(page: Page, title: str) -> Locator:
    """A section of the deal's card."""
    return page.get_by_role("region", name=title)


def here(page: Page) -> Locator:
    """The stage at which the deal stands, on its card."""
    return page.locator(".stage--here")


def press_stage(page: Page, title: str) -> None:
    """Clicks the stage in the bar; the ends stand in a menu."""
    stage = page.locator(".stage-bar").get_by_role("button", name=title, exact=True)
    if stage.count():
        stage.click()
        return
    page.locator(".stage-bar").get_by_role("button", name="Завершить").click()
    page.locator(".q-menu .q-item", has_text=title).click()


def fill(asked: Locator, words: Mapping[str, str], files: Mapping[str, FilePayload]) -> None:
    """Types and attaches what a dialog asks for, by the labels."""
    for label, text in words.items():
        asked.get_by_label(label).fill(text)
    for label, file in files.items():
        group = asked.get_by_role("group", name=label)
        group.locator("input[type=file]").set_input_files(file)
        expect(group.locator(".pill", has_text=str(file["name"]))).to_be_visible()


def closes(asked: Locator) -> None:
    """Waits until the dialog is gone; one that stays open says why."""
    try:
        expect(asked).to_have_count(0)
    except AssertionError as error:
        raise AssertionError(f"the dialog stays open, and says:\n{asked.inner_text()}") from error


def move(page: Page, title: str, *files: str, **words: str) -> None:
    """Moves the deal from its card by mouse; types `words` (label=text) and attaches a document to `files`."""
    press_stage(page, title)
    if files or words:
        asked = dialog(page)
        fill(asked, words, dict.fromkeys(files, PDF))
        asked.get_by_role("button", name="Перевести").click()
        closes(asked)
    expect(page.locator(".stage--here, .stage--won").filter(has_text=title)).to_be_visible()


def follow(page: Page, pipeline: str) -> str:
    """Goes to the linked deal of this pipeline as soon as it is there, and gives its address."""
    link = section(page, "Цепочка сделок").locator("li", has_text=pipeline).get_by_role("link")
    expect(link).to_be_visible(timeout=LONG)
    link.click()
    page.wait_for_function("window.did_handshake === true")
    expect(section(page, "Цепочка сделок").locator(".chain-here")).to_contain_text(pipeline)
    return page.url


def take_photo(page: Page, name: str) -> None:
    """Presses the camera's button on the task's page, takes one and waits until it is kept."""
    with page.expect_file_chooser() as camera:
        page.get_by_role("button", name="Сделать фото").tap()
    camera.value.set_files({**PHOTO, "name": name})
    expect(page.locator(".pill", has_text=name)).to_be_visible()
