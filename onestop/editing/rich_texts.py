"""Form fields of rich text: a part of Markdown, for which browsers show an editor.

The value is a string (see `onestop.ui.rich_text`), so that versions, conflicts, the history and differences work as for
any text.
"""

from collections.abc import Mapping
from typing import Any

from onestop.editing.long_texts import LongTextField
from onestop.ui.rich_text_input import RichTextInput


class RichTextField(LongTextField):
    """A rich text with a limit, which counts the signs of formatting too."""

    widget: Any = RichTextInput

    def __init__(self, *, merge_fields: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.merge_fields = dict(merge_fields or {})
