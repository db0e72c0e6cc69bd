"""Sign-ins of the sample network: invented people with a public password, never for real data."""

PASSWORD = "Welcome-to-Riverbend"  # noqa: S105 -- shown on purpose
LOGINS = {
    "staff@riverbend.example": "One-Stop staff",
    "manager@riverbend.example": "partner manager",
    "representative@riverbend.example": "partner representative",
    "board@riverbend.example": "WIB member",
    "state@riverbend.example": "state administrator",
}
