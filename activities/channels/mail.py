"""E-mail by SMTP. One connection for each message: mails are few, and a broken connection then concerns one."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ipaddress
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPConnectError, SMTPException, SMTPResponseException

from activities.channels.base import Attachment, Later, Outgoing, Refused, Unsure
from domain.messages import is_mail_address, subject_line, without_people

_PORTS = {"smtp": 587, "smtps": 465}
_SECONDS = 20.0  # of one attempt; the workflow allows 30


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. `tls`: from the first byte, after STARTTLS, if the server offers it, or never."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: Literal["implicit", "starttls", "offered", "off"] = "offered"

    @classmethod
    def from_url(cls, url: str) -> MailServer:
        """`smtp[s]://user:password@host:port?tls=starttls|off`. ValueError (without the password) for others.

        A password never travels unprotected to another machine: with one, STARTTLS is insisted on.
        """
        parts = urlsplit(url)
        wished = dict(parse_qsl(parts.query)).get("tls")
        if parts.scheme not in _PORTS or not parts.hostname or wished not in (None, "starttls", "off"):
            raise ValueError(
                "SMTP_URL must be smtp[s]://user:password@host:port, with ?tls=starttls or ?tls=off"
            )
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if parts.scheme == "smtps":
            tls: Literal["implicit", "starttls", "offered", "off"] = "implicit"
        elif wished == "off":
            tls = "off"
        else:
            tls = "starttls" if wished or (password and not _is_here(parts.hostname)) else "offered"
        if tls == "off" and password and not _is_here(parts.hostname):
            raise ValueError("SMTP_URL: a password must not travel without TLS; leave out tls=off")
        return cls(parts.hostname, parts.port or _PORTS[parts.scheme], user, password, tls)


class Mail:
    """Sends e-mail from one address of the organisation."""

    recognised = True

    def __init__(self, server: MailServer, sender: str, seconds: float = _SECONDS) -> None:
        """`sender` is `Name <address>` or an address; ValueError otherwise."""
        self._server = server
        name, _, address = subject_line(sender).rpartition("<")  # a name may have a comma in it
        self._name, self._address = name.strip(' "'), address.strip().removesuffix(">")
        if not is_mail_address(self._address):
            raise ValueError("MAIL_FROM must be an e-mail address, or: Name <address>")
        self._seconds = seconds

    def message_id(self, key: str) -> str:
        """The Message-ID of the message of this key."""
        return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{_domain(self._address)}>"

    async def send(self, message: Outgoing) -> None:
        """See Channel. Once the text has been handed in, a lost connection is Unsure."""
        if not is_mail_address(message.address):
            raise Refused("the e-mail address on record is not a valid one")
        content = self._content(message)
        client = aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user or None,
            password=self._server.password or None,
            timeout=self._seconds,
            use_tls=self._server.tls == "implicit",
            start_tls={"starttls": True, "offered": None}.get(self._server.tls, False),
        )
        stage = _Stage()
        try:
            async with asyncio.timeout(self._seconds):
                await self._hand_in(client, message, content, stage)
        except SMTPResponseException as error:
            raise _answered(error, stage) from None
        except (SMTPException, OSError, TimeoutError, EOFError) as error:
            raise _broken(error, stage) from None
        finally:
            client.close()

    async def _hand_in(
        self, client: aiosmtplib.SMTP, message: Outgoing, content: bytes, stage: _Stage
    ) -> None:
        await client.connect()
        stage.name = "greeted"
        await client.ehlo()
        await client.mail(self._address)
        await client.rcpt(_envelope(message.address))
        stage.name = "content"
        await client.data(content)
        stage.name = "accepted"
        with contextlib.suppress(SMTPException, OSError, TimeoutError):
            await client.quit()

    def _content(self, message: Outgoing) -> bytes:
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"] = f"{_quoted(self._name)} <{self._address}>" if self._name else self._address
        mail["To"] = _envelope(message.address)
        mail["Subject"] = subject_line(message.subject)
        mail["Date"] = format_datetime(message.at)
        mail["Message-ID"] = message.id
        mail["Auto-Submitted"] = "auto-generated"  # so that no holiday reply answers a robot
        mail.set_content(message.text, charset="utf-8", cte="base64")
        for attachment in message.attachments:
            _attach(mail, attachment)
        if mail.is_multipart():
            mail.set_boundary("=_" + hashlib.sha256(message.id.encode()).hexdigest()[:32])
        return mail.as_bytes()


@dataclass
class _Stage:
    """How far the conversation got: `""`, greeted, content, accepted."""

    name: str = ""


def _answered(error: SMTPResponseException, stage: _Stage) -> Later | Refused:
    """The server's own words. 5xx is final, unless it concerns the server (a wrong password is put right there)."""
    said = without_people(f"the mail server said {error.code} {error.message}")
    ours = isinstance(error, aiosmtplib.SMTPAuthenticationError | SMTPConnectError) or not stage.name
    return Refused(said) if error.code >= 500 and not ours else Later(said)


def _broken(error: Exception, stage: _Stage) -> Later | Unsure:
    kind = type(error).__name__
    if stage.name == "content":
        return Unsure(f"the connection to the mail server broke while the message was handed in ({kind})")
    return Later(f"the mail server could not be reached ({kind})")


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    main, _, sub = attachment.type.partition("/")
    if not sub or main in (
        "message",
        "multipart",
        "text",
    ):  # base64 keeps every byte, and no part is taken apart
        main, sub = "application", "octet-stream"
    mail.add_attachment(
        attachment.content, maintype=main, subtype=sub, filename=subject_line(attachment.name)
    )


def _envelope(address: str) -> str:
    """The address with its domain in ASCII, as mail servers take it."""
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise Refused("the e-mail address on record is not a valid one") from None


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "").replace('"', "") + '"'


def _domain(address: str) -> str:
    return _envelope(address).rpartition("@")[2]


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
