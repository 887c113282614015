"""What the provisioner tells a kernel and its server, and how Jupyter finds it."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

from course_utils.grading.jupyter.provisioner import UnrolledProvisioner
from tests.grading.jupyter.kernels import GROUP, NAME

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SPEC = Path("course_utils/grading/jupyter/kernelspec/kernel.json")


def _project(checkout: Path) -> dict:
    return tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))


def _provisioner(**options: object) -> UnrolledProvisioner:
    spec = KernelSpec(argv=["python", "-m", "x", "-f", "{connection_file}"], env={"OWN": "1"})
    return UnrolledProvisioner(kernel_spec=spec, **options)


def test_the_entry_point_is_the_class(checkout: Path) -> None:
    module, name = _project(checkout)["project"]["entry-points"][GROUP][NAME].split(":")
    found = getattr(import_module(module), name)
    assert found is UnrolledProvisioner
    assert issubclass(found, KernelProvisionerBase)


def test_the_kernelspec_names_the_entry_point_and_is_installed_where_jupyter_looks(
    checkout: Path,
) -> None:
    spec = json.loads((checkout / SPEC).read_text("utf-8"))
    assert spec["metadata"]["kernel_provisioner"]["provisioner_name"] == NAME
    assert "{connection_file}" in spec["argv"]
    wheel = _project(checkout)["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["shared-data"] == {str(SPEC.parent): "share/jupyter/kernels/unrolled"}


def test_of_the_client_s_environment_a_kernel_gets_what_it_needs() -> None:
    given = {
        "HOME": "/home/teacher",
        "JUPYTERHUB_API_TOKEN": "secret",
        "LC_ALL": "nl_NL.UTF-8",
        "NBGRADER_DB_URL": "secret",
        "NBGRADER_EXECUTION": "autograde",
        "OWN": "1",
        "PATH": "/secret",
        "TF_NUM_INTRAOP_THREADS": "2",
        "UNROLLED_QUIET": "1",
        "UNROLLED_SECRET": "secret",
    }
    told = _provisioner()._of_kernel(given)
    assert told["HOME"] == "/tmp"
    assert told["CUDA_VISIBLE_DEVICES"] == "-1"
    assert "secret" not in "".join(told.values())
    same = ("LC_ALL", "NBGRADER_EXECUTION", "OWN", "TF_NUM_INTRAOP_THREADS", "UNROLLED_QUIET")
    assert {name: told[name] for name in same} == {name: given[name] for name in same}


def test_more_names_are_kept_where_they_are_asked_for() -> None:
    told = _provisioner(keep=["LAB_*", "ONE"])._of_kernel({"LAB_A": "1", "ONE": "2", "ONES": "3"})
    assert told["LAB_A"] == "1" and told["ONE"] == "2" and "ONES" not in told


def test_kernels_of_different_notebooks_share_a_server() -> None:
    provisioner = _provisioner()
    first = provisioner._of_server({"HOME": "/h", "JPY_SESSION_NAME": "/a.ipynb", "OWN": "1"})
    other = provisioner._of_server({"HOME": "/h", "JPY_SESSION_NAME": "/b.ipynb", "OWN": "2"})
    assert first == other
    assert first["HOME"] == "/h"


def test_the_kernelspec_s_configuration_sets_the_limits() -> None:
    assert _provisioner(memory=1 << 30).memory == 1 << 30


@pytest.mark.parametrize("folder", ["/", "/tmp", "/root", str(Path.home())])
def test_a_folder_that_is_too_much_is_not_shown(folder: str) -> None:
    assert not _provisioner()._may_show(folder)


def test_a_notebook_s_folder_is_shown(tmp_path: Path) -> None:
    assert _provisioner()._may_show(str(tmp_path))
