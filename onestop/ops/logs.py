"""Logs for machines to read: one JSON object a line, with the request's number and without personal data."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from onestop.ops.requests import current_request_id

# Bounded as addresses are: without a bound every place of a long word would be a beginning to read it from.
EMAIL = re.compile(r"[\w.+%'-]{1,64}+@[\w-]++(\.[\w-]++)++")
# PostgreSQL quotes the row that broke a constraint: Key (email)=(...), Failing row contains (...).
DETAIL = re.compile(r"^(DETAIL|CONTEXT|HINT):.*$", re.MULTILINE)


def without_personal_data(text: str) -> str:
    """Return the text without e-mail addresses and without the rows that PostgreSQL quotes."""
    return DETAIL.sub(r"\1: (left out)", EMAIL.sub("(e-mail)", text))


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON."""

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
