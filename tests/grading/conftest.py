"""What several tests of the grader share because it is dear to start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.grading.judge.cluster import Cluster, cluster


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A Dask cluster of two workers. The test that kills one of them comes last."""
    with cluster(tmp_path_factory.mktemp("cluster")) as started:
        yield started
