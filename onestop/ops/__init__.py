"""What operators watch: health, metrics, logs, errors, request limits."""
