"""The language of a page in its HTML: ``lang``, the switch, and what search engines read. Template builtins."""

from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils import translation

from onestop.ops import languages
from onestop.ops.languages import html_language
from onestop.ui.markup import format_html

register = template.Library()


@register.simple_tag
def in_english() -> str:
    """Return the attribute ``lang`` for what people wrote in English, such as hours of a center, on any other page."""
    return format_html("") if html_language().startswith("en") else format_html('lang="{}"', "en")


@register.filter
def written_in_english(words: str) -> str:
    """Mark words within a sentence of ours, such as why a center is closed, as English where the page is not."""
    return words if html_language().startswith("en") else format_html('<span lang="{}">{}</span>', "en", words)


register.simple_tag(html_language, name="html_language")


@register.inclusion_tag("layouts/_languages.html", takes_context=True)
def language_switch(context: Context, content: str | None = None) -> dict[str, Any]:
    """Show the links to this page in the other languages, where it is offered in them.

    ``content`` is the language of a page whose content only is offered in them.
    """
    request: Any = context.get("request")
    if content is None and not getattr(request, "is_in_languages", False):
        return {"links": []}
    here = translation.get_language() if content is None else content or settings.LANGUAGE_CODE
    return {
        "links": [
            {"code": code, "name": name, "url": languages.address_in(request, code), "is_current": code == here}
            for code, name in settings.LANGUAGES
        ]
    }


@register.inclusion_tag("layouts/_canonical.html", takes_context=True)
def canonical_link(context: Context, canonical: str) -> dict[str, Any]:
    """Name the one address of this page in its language, and its addresses in the others, for search engines."""
    own = languages.alternate(canonical, translation.get_language() or settings.LANGUAGE_CODE)
    if not getattr(context.get("request"), "is_in_languages", False):
        return {"own": own, "alternates": [], "canonical": canonical}
    alternates = [(code, languages.alternate(canonical, code)) for code, _name in settings.LANGUAGES]
    return {"own": own, "alternates": alternates, "canonical": canonical}
