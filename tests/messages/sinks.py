"""A mail server and an HTTP receiver in this process, on real sockets, that refuse and break on demand."""

from __future__ import annotations

import asyncio
import contextlib
import email
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
TAKEN = "250 OK"


@dataclass
class MailSink:
    """Keeps what it accepted. `rcpt` and `data` are its answers; `drop` closes the connection instead of the last."""

    port: int = 0
    rcpt: str = TAKEN
    data: str = TAKEN
    refused: frozenset[str] = frozenset()  # addresses that get a 550
    drop: bool = False
    slow: float = 0.0
    hold: asyncio.Event | None = None  # until it is set, nobody gets an answer to whom a mail is for
    asked: int = 0
    taken: list[tuple[str, bytes]] = field(default_factory=list)  # (recipient, content)

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    @property
    def mails(self) -> list[EmailMessage]:
        return [read(content) for _, content in self.taken]

    async def handle_MAIL(
        self, server: Any, session: Session, envelope: Envelope, address: str, _: Any
    ) -> str:
        await asyncio.sleep(self.slow)
        envelope.mail_from = address
        return TAKEN

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, _: Any
    ) -> str:
        self.asked += 1
        await asyncio.sleep(self.slow)
        if self.hold:
            await self.hold.wait()
        answer = f"550 5.1.1 <{address}>: no such user" if address in self.refused else self.rcpt
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data == TAKEN:
            content = envelope.original_content
            assert content is not None
            self.taken += [(address, content) for address in envelope.rcpt_tos]
        if self.drop:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return self.data


def read(content: bytes) -> EmailMessage:
    """The mail as a mail program reads it."""
    message = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@contextlib.asynccontextmanager
async def mail_sink() -> AsyncIterator[MailSink]:
    """A running mail server."""
    sink = MailSink()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, hostname="sink", ident="sink"), HOST, 0)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()


@dataclass
class HookSink:
    """An HTTP receiver: keeps the JSON it was sent, with the path."""

    port: int = 0
    status: int = 200
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"json://{HOST}:{self.port}/{{to}}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1])
            for line in head.split("\r\n")
            if line.lower().startswith("content-length")
        )
        body = json.loads(await reader.readexactly(length))
        if self.status < 300:
            self.taken.append((head.split(" ")[1], body))
        writer.write(
            f"HTTP/1.1 {self.status} Said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
        )
        await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def hook_sink() -> AsyncIterator[HookSink]:
    """A running receiver."""
    sink = HookSink()
    server = await asyncio.start_server(sink.serve, HOST, 0)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
