"""Files that a person adds to a comment, a result or a field."""

from __future__ import annotations

from typing import Any

from nicegui import events, ui

from ui.view import View

MAX_MEGABYTES = 50


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
            on_rejected=lambda: view.toast(
                view.say(f"Файл больше {MAX_MEGABYTES} МБ", f"The file is larger than {MAX_MEGABYTES} MB")
            ),
        ).classes("hidden")
        if images:
            self._upload.props("accept=image/* capture=environment")
        with ui.element("div").classes("row"):
            ui.button(
                label,
                icon="photo_camera" if images else "attach_file",
                on_click=lambda: self._upload.run_method("pickFiles"),
            ).props("outline no-caps dense").classes("pick-files")
            self._shown = ui.element("div").classes("row")

    @property
    def ids(self) -> list[str]:
        """Ids of the files, in the order they came."""
        return [file["id"] for file in self._files]

    def clear(self) -> None:
        """Forgets the files, once they have been sent."""
        self._files.clear()
        self._shown.clear()

    async def _keep(self, uploaded: events.UploadEventArguments) -> None:
        file = uploaded.file
        kept = await self._view.act(
            self._view.api.upload(
                file.name, await file.read(), file.content_type or "application/octet-stream"
            )
        )
        self._upload.reset()
        if kept is None:
            return
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
