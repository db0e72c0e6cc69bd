"""Machine-readable logs: one JSON object per line, with the request number and without personal data."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from onestop.ops.requests import current_request_id

# Bounded, as the local part of an address is: without a bound, matching takes quadratic time in a long word.
EMAIL = re.compile(r"[\w.+%'-]{1,64}+@[\w-]++(\.[\w-]++)++")
# PostgreSQL quotes the row that broke a constraint: Key (email)=(...), Failing row contains (...).
DETAIL = re.compile(r"^(DETAIL|CONTEXT|HINT):.*$", re.MULTILINE)


def without_personal_data(text: str) -> str:
    """Return the text without email addresses and without the rows that PostgreSQL quotes."""
    return DETAIL.sub(r"\1: (left out)", EMAIL.sub("(e-mail)", text))


class JsonFormatter(logging.Formatter):
    """Format a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_personal_data(record.getMessage()),
        }
        if number := current_request_id.get():
            entry["request"] = number
        entry |= getattr(record, "fields", {})
        if record.exc_info:
            entry["trace"] = without_personal_data(self.formatException(record.exc_info))
        return json.dumps(entry, default=str)
