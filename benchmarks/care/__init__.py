"""What care screening learns from and is judged by. Made for it: no line is anyone's message."""
