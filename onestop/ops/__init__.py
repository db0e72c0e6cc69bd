"""Operations: health, metrics, logs, errors, request limits."""
