"""Comments on anything of any app, which whoever sees the thing can read and answer."""
