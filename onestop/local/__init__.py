"""The portal on one machine: servers from Python wheels, the supervisor, the demo and its sample data."""
