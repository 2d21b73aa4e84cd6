"""A schedule in the making: what one person has chosen so far, until they save it."""
