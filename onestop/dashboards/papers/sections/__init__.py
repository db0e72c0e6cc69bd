"""The sections of a board packet: each module reads one subject of an area in a fixed number of queries."""
