"""The rendering process: one document, with limits on time and memory, no secrets and no way to the network's keys.

Standard input: the job as JSON (see `process.Job`). Standard output: one line of JSON, `{"size": bytes}` or
`{"problems": [...]}`, then the document.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import sys
from typing import Any, BinaryIO

from activities.rendering.errors import RenderingRefused, template_fault
from activities.rendering.language import legal_text
from domain.documents.invoice import Invoice, read_invoice

CPU_SECONDS = 5
MEMORY = 768 * 1024 * 1024  # of address space; libraries alone map 300 MB of it
_FILES = 64


def limit() -> None:
    """From here on: this much processor time and memory, no files written, nobody else started."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    if sys.platform != "linux":
        return  # macOS, where only developers work, knows no limit of address space
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # pipes are no files
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def render(job: dict[str, Any]) -> bytes:
    """The job's document. Raises RenderingRefused."""
    data = _legal(job["data"])
    if job["kind"] == "invoice":
        invoice = read_invoice(data)
        if not isinstance(invoice, Invoice):
            raise RenderingRefused(invoice)
        from activities.rendering import invoice_pdf

        return invoice_pdf.render(invoice)
    from activities.rendering import builder, word

    source = job.get("source")
    template = builder.build(source) if source is not None else base64.b64decode(job["template"])
    try:
        if job["kind"] == "check":
            word.check(template)
            return b""
        return word.render(template, data)
    except MemoryError:
        raise template_fault("нужно слишком много памяти.", "it takes too much memory.") from None


def main() -> None:
    """Do the job of standard input."""
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # what a library prints is no document
    job = json.load(sys.stdin.buffer)
    limit()
    try:
        document = render(job)
    except RenderingRefused as refused:
        _answer(output, {"problems": [problem.model_dump() for problem in refused.problems]})
        return
    _answer(output, {"size": len(document)}, document)


def _answer(output: BinaryIO, head: dict[str, Any], document: bytes = b"") -> None:
    output.write(json.dumps(head, ensure_ascii=False).encode() + b"\n" + document)
    output.flush()


def _legal(value: Any) -> Any:
    if isinstance(value, str):
        return legal_text(value)
    if isinstance(value, dict):
        return {name: _legal(part) for name, part in value.items()}
    return [_legal(part) for part in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
