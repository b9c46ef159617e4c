"""The program that anybody can check a challenge with. It stands alone: nothing of ours is imported by it."""
