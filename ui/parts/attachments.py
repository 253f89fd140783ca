"""Files that a person adds to a comment, a result or a field."""

from __future__ import annotations

from typing import Any

from nicegui import events, ui

from ui.api_client import Problem
from ui.view import View

MAX_MEGABYTES = 50
_TOO_LARGE = (f"Файл больше {MAX_MEGABYTES} МБ.", f"The file is larger than {MAX_MEGABYTES} MB.")
_TOO_LARGE_OR_OTHER = (
    f"Это не изображение, или оно больше {MAX_MEGABYTES} МБ.",
    f"This is no picture, or it is larger than {MAX_MEGABYTES} MB.",
)
_BROKEN = (
    "Файл не передан. Проверьте связь и приложите его ещё раз.",
    "The file was not sent. Check the connection and attach it again.",
)


class Attachments:
    """A button that takes files, on a phone from the camera too; `ids` are those that are kept already."""

    def __init__(self, view: View, text: str | None = None, *, images: bool = False) -> None:
        self._view = view
        self._files: list[dict[str, Any]] = []
        label = text or view.say("Приложить файлы", "Attach files")
        self._upload = ui.upload(
            multiple=True,
            auto_upload=True,
            max_file_size=MAX_MEGABYTES * 1024 * 1024,
            on_upload=self._keep,
            on_rejected=lambda: self._refuse(_TOO_LARGE_OR_OTHER if images else _TOO_LARGE),
        ).classes("hidden")
        self._upload.on("failed", lambda: self._refuse(_BROKEN), [])
        if images:
            self._upload.props("accept=image/* capture=environment")
        with ui.element("div").classes("row"):
            self._pick = ui.button(
                label,
                icon="photo_camera" if images else "attach_file",
                on_click=lambda: self._upload.run_method("pickFiles"),
            )
            self._pick.props("outline no-caps dense").classes("pick-files")
            self._shown = ui.element("div").classes("row")
        self._sending = False
        self._keeping = 0  # files that have come, and are not kept yet
        self._upload.on("start", self._start, []).on("finish", self._finish, [])

    @property
    def ids(self) -> list[str]:
        """Ids of the files, in the order they came."""
        return [file["id"] for file in self._files]

    def _start(self) -> None:
        self._sending = True
        self._pick.props("loading")

    def _finish(self) -> None:
        self._sending = False
        self._rest()

    def _rest(self) -> None:
        """Empties the browser's list once all files are kept. Before, that would break off those on their way."""
        if not self._sending and not self._keeping:
            self._upload.reset()
            self._pick.props(remove="loading")

    def _refuse(self, why: tuple[str, str]) -> None:
        self._view.tell_problem(Problem(413, {"detail": self._view.say(*why)}))

    def clear(self) -> None:
        """Forgets the files, once they have been sent."""
        self._files.clear()
        self._shown.clear()

    async def _keep(self, uploaded: events.UploadEventArguments) -> None:
        file = uploaded.file
        self._keeping += 1
        try:
            content, type = await file.read(), file.content_type or "application/octet-stream"
            kept = await self._view.act(self._view.api.upload(file.name, content, type))
        finally:
            self._keeping -= 1
        self._rest()
        if kept is not None:
            self._show(kept)

    def _show(self, kept: dict[str, Any]) -> None:
        self._files.append(kept)
        with self._shown:
            chip = ui.element("span").classes("pill")
            with chip:
                ui.icon("description", size="14px")
                ui.label(kept["name"]).classes("clip")
                remove = ui.button(icon="close", on_click=lambda: self._drop(kept, chip))
                remove.props("flat round dense size=xs")
                remove.props["aria-label"] = self._view.say(
                    f"Убрать {kept['name']}", f"Remove {kept['name']}"
                )

    def _drop(self, file: dict[str, Any], chip: ui.element) -> None:
        self._files.remove(file)
        chip.delete()
