"""What the screens ask, one function a question; rows come out as the API shows them, by the same names."""
