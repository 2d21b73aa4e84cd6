"""What `make bench` runs: how fast and how small, beside a baseline measured in the same run."""
