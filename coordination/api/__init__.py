"""The API door: the same actions over JSON, wired from the register."""
