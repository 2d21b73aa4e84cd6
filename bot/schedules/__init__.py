"""Schedules: when a circle's check-ins and prompts come, and each single time that one did."""
