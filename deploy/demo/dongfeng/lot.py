"""Lots that fall the same way on every machine: integers only, one stream for each name.

splitmix64 (public domain): the state goes up by an odd constant, and what is handed out is mixed from it.
"""
import hashlib

SEED = "dongfeng-2020"
MASK = (1 << 64) - 1


class Lot:
    """A stream of its own for each name, so that what one kind of event draws changes no other."""

    def __init__(self, *names):
        text = "/".join([SEED, *map(str, names)])
        self.state = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")

    def word(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return mixed ^ (mixed >> 31)

    def below(self, count):
        """0 to count - 1."""
        return self.word() * count >> 64

    def between(self, first, last):
        return first + self.below(last - first + 1)

    def permille(self, chance):
        return self.below(1000) < chance

    def one_of(self, choices):
        return choices[self.below(len(choices))]

    def shuffled(self, things):
        things = list(things)
        for last in range(len(things) - 1, 0, -1):
            other = self.below(last + 1)
            things[last], things[other] = things[other], things[last]
        return things
