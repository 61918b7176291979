"""What engines cost is learnt slowly and kept by device."""

from __future__ import annotations

import pytest

from db import costs
from db.session import Database


async def test_the_mean_moves_a_fifth_of_the_way(database: Database) -> None:
    async with database.write() as connection:
        assert await costs.known(connection) == {}
        await costs.learn(connection, 1.0, "Kokoro", "cpu", 1.0)
        await costs.learn(connection, 2.0, "Kokoro", "cpu", 2.0)
        assert await costs.known(connection) == {"Kokoro": pytest.approx(1.2)}


async def test_the_dearest_device_is_what_people_are_told(database: Database) -> None:
    async with database.write() as connection:
        await costs.learn(connection, 1.0, "Kokoro", "cpu", 1.0)
        await costs.learn(connection, 1.0, "Kokoro", "cuda", 0.1)
        assert await costs.known(connection) == {"Kokoro": 1.0}
