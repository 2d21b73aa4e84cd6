"""One image beside a share's words: drawn anew, so that nothing in it tells where it comes from."""
