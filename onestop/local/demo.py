"""Who can sign in to the sample network. Invented people, one password that all know: never for real data."""

PASSWORD = "Welcome-to-Riverbend"  # noqa: S105 -- shown on purpose
LOGINS = {
    "staff@riverbend.example": "One-Stop staff",
    "manager@riverbend.example": "partner manager",
    "representative@riverbend.example": "partner representative",
    "board@riverbend.example": "WIB member",
    "state@riverbend.example": "state administrator",
}
