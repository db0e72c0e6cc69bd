"""The public page of a workforce board (20 CFR 679.390): its editing, and what the public reads there."""
