"""The REST interface under ``/api/v1``: every module with a ``router`` is mounted."""
