"""Tablica, the board on the wall: a company's whole knowledge about its clients, in one place."""

from tablica.shared import sqlite

sqlite.use_current()
