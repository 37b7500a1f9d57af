"""Who gets in where: every address × every role × own unit, another unit, the office."""
