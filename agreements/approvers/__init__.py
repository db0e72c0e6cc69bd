"""Who may approve money: give and withdraw the right by name (2 CFR 200.303)."""
