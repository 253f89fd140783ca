"""Rendering in a child process (`child`): a hostile or broken template costs a few seconds, never the worker."""

from __future__ import annotations

import asyncio
import base64
import json
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from activities.rendering.errors import RenderingFailed, RenderingRefused, template_fault
from domain.documents.problems import DocumentProblem

SECONDS = 20.0  # by the clock, for a busy machine too; the child's own limit is processor time
_ROOT = Path(__file__).parents[2]
_STDERR_SHOWN = 500


@dataclass(frozen=True)
class Job:
    """One document to render, from a text template or a DOCX file where it is no invoice.

    `kind`: `invoice` (PDF), `docx`, or `check`, which gives nothing but a refusal of a bad template.
    """

    kind: str
    data: Mapping[str, Any]
    source: str | None = None
    template: bytes | None = None

    def to_json(self) -> bytes:
        """As the child reads it."""
        template = base64.b64encode(self.template).decode() if self.template is not None else None
        return json.dumps(vars(self) | {"template": template}).encode()


async def check_template(template: bytes) -> None:
    """Raises RenderingRefused for an uploaded DOCX that cannot serve as a template."""
    await render(Job("check", {}, template=template))


async def render(job: Job, seconds: float = SECONDS) -> bytes:
    """The document.

    Raises RenderingRefused where template or data are at fault, RenderingFailed where a later attempt may do.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-E", "-s", "-X", "utf8", "-m", "activities.rendering.child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=_ROOT,
        env={},  # no passwords or tokens for templates to find
    )
    try:
        async with asyncio.timeout(seconds):
            output, errors = await child.communicate(job.to_json())
    except TimeoutError:
        raise RenderingFailed(f"not done in {seconds:g} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return _document(child.returncode, output, errors)


def _document(status: int | None, output: bytes, errors: bytes) -> bytes:
    if status == -signal.SIGXCPU:  # its own limit; SIGKILL would be a machine short of memory
        raise template_fault("выполняется слишком долго.", "it runs too long.")
    head, _, document = output.partition(b"\n")
    if status != 0 or not head:
        last = errors.decode(errors="replace").strip()[-_STDERR_SHOWN:]
        raise RenderingFailed(f"the rendering process ended with status {status}: {last}")
    answer = json.loads(head)
    if "problems" in answer:
        raise RenderingRefused([DocumentProblem.model_validate(found) for found in answer["problems"]])
    if answer["size"] != len(document):
        raise RenderingFailed("the document came incomplete")
    return document
