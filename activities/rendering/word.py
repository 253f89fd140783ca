"""DOCX from a template, safely: see `language` for what a template may say and `package` for its outside."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from docxtpl import DocxTemplate  # type: ignore[import-untyped]
from jinja2 import TemplateError
from jinja2.exceptions import SecurityError

from activities.rendering.errors import template_fault
from activities.rendering.language import Environment
from activities.rendering.package import check_package, check_xml, same_bytes

_PARAGRAPH = re.compile(r"<w:p([ >])")


def render(template: bytes, data: Mapping[str, Any]) -> bytes:
    """The filled document; the same template and data give the same bytes.

    Raises RenderingRefused naming what is wrong with the template, or all the data that is missing.
    """
    check_package(template)
    environment = Environment()
    document = _Template(io.BytesIO(template))
    try:
        document.render(environment.context(data), environment)
    except SecurityError as error:
        raise template_fault(f"небезопасно: {error}.", f"unsafe: {error}.") from None
    except (TemplateError, TypeError, AttributeError, KeyError, ValueError, RecursionError) as error:
        raise template_fault(f"не выполняется: {error}.", f"it does not run: {error}.") from None
    environment.refuse_missing()
    output = io.BytesIO()
    document.save(output)
    return same_bytes(output.getvalue())


def check(template: bytes) -> None:
    """Raises RenderingRefused for a template that could not be used with any data, as far as that shows."""
    check_package(template)
    environment = Environment()
    document = _Template(io.BytesIO(template))
    document.only_checked = True
    try:
        document.render_init()
        document.build_xml({}, environment)
        for uri in (document.HEADER_URI, document.FOOTER_URI):
            list(document.build_headers_footers_xml({}, uri, environment))
        document.render_footnotes({}, environment)
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        raise template_fault(f"это не файл DOCX ({error}).", f"this is no DOCX file ({error}).") from None


class _Template(DocxTemplate):  # type: ignore[misc]
    """The library's template, except for three things that would lose data or let unchecked text run."""

    only_checked = False

    def render_xml_part(self, src_xml: str, part: object, context: Any, jinja_env: Environment) -> str:
        """Checked before it runs and after; and `{_{` in data stays `{_{`."""
        source = _PARAGRAPH.sub(r"\n<w:p\1", src_xml)  # a paragraph a line, for messages
        jinja_env.check(source)
        if self.only_checked:
            return src_xml
        result: str = jinja_env.from_string(source).render(context)
        result = self.resolve_listing(re.sub(r"\n<w:p([ >])", r"<w:p\1", result))
        check_xml(result.encode())  # the library would repair it silently, dropping what it cannot read
        return result

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """The file's own title and author are no template: they would be run unchecked and escaped twice."""
