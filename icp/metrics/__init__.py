"""What Prometheus reads at /metrics: durations of requests, and numbers from the database."""
