"""What columns of money have in common, and what protects rows that were approved or closed."""

from decimal import Decimal
from typing import Any

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models

CENT = Decimal("0.01")
MOST_MONEY = Decimal("999999999999.99")


class MoneyField(models.DecimalField):
    """Dollars to the cent, numeric(14,2)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 14, "decimal_places": 2} | kwargs)

    def deconstruct(self) -> Any:
        """Return a plain decimal column: migrations import no code of ours."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField", args, kwargs


NOT_NEGATIVE = MinValueValidator(Decimal(0))
POSITIVE = MinValueValidator(CENT)


def stays_while(name: str, table: str, column: str, states: tuple[str, ...], said: str) -> pgtrigger.Trigger:
    """Return a trigger that refuses every write of a row whose owner has one of these states.

    :param table: the table of the owner; ``column`` is the foreign key to it, and ``said`` names the owner.
    """
    listed = ", ".join(f"'{state}'" for state in states)
    held = f"EXISTS (SELECT 1 FROM {table} o WHERE o.id = {{row}}.{column} AND o.status IN ({listed}))"  # noqa: S608 -- names of ours
    refuse = f"RAISE EXCEPTION 'pgtrigger: {said} % is protected', {{row}}.{column};"  # no translation: for operators
    func = (
        f"IF TG_OP <> 'INSERT' AND {held.format(row='OLD')} THEN {refuse.format(row='OLD')} END IF; "
        f"IF TG_OP <> 'DELETE' AND {held.format(row='NEW')} THEN {refuse.format(row='NEW')} END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    )
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=func,
    )
