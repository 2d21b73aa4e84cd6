"""What was done with the powers that facilitators have: counted, chained, and without anyone in it."""
