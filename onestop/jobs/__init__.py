"""Long work done by Celery workers, recorded in PostgreSQL and taken on a lease."""
