#!/usr/bin/env python3
"""Run by hand."""

from config import load

if __name__ == "__main__":
    print(load().name)
