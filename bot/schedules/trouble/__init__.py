"""What keeps a circle's posts from coming, told once for each cause, with a way to try again."""
