"""Parts of HTML emails, with inline styles, because mail programs ignore style sheets.

Template builtins, for ``templates/emails``. The classes are for the dark theme and narrow screens, whose rules are in
``emails/layout.html``.
"""

from django import template
from django.utils.safestring import SafeString

from onestop.ui.markup import format_html

register = template.Library()

READING = "margin:0 0 16px;font-size:16px;line-height:24px;"
TEXT = f"{READING}color:#495053;"
SMALL = "margin:0 0 8px;font-size:14px;line-height:20px;color:#62686a;"
QUOTE = f"{READING}padding:0 0 0 14px;border-left:3px solid #e3ded2;color:#1f2527;"  # no translation: CSS
LIST = f"{READING}padding:0 0 0 20px;color:#1f2527;"
LINK = "color:#0b5c5f;text-decoration:underline;"


@register.simple_block_tag
def mail_text(content: str) -> SafeString:
    """Wrap a paragraph."""
    return format_html('<p class="m-ink2" style="{}">{}</p>', TEXT, content)


@register.simple_block_tag
def mail_small(content: str) -> SafeString:
    """Wrap a hint below the main button."""
    return format_html('<p class="m-ink3" style="{}">{}</p>', SMALL, content)


@register.simple_block_tag
def mail_quote(content: str) -> SafeString:
    """Wrap a quotation."""
    return format_html('<div class="m-line m-ink" style="{}">{}</div>', QUOTE, content)


@register.simple_block_tag
def mail_list(content: str) -> SafeString:
    """Wrap the items of a list."""
    return format_html('<ul class="m-ink" style="{}">{}</ul>', LIST, content)


@register.simple_tag
def mail_link(url: str, words: str) -> SafeString:
    """Return a link."""
    return format_html('<a class="m-link" href="{}" style="{}">{}</a>', url, LINK, words)
