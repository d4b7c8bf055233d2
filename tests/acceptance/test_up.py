"""`siea up` as a newcomer meets it: from nothing, twice, killed in the middle, and stopped."""

import signal
import time

import httpx
import pytest

from siea.settings import Settings

from .conftest import Installation, free_port


@pytest.mark.lento
def test_a_killed_run_blocks_nothing_and_the_next_one_finishes_what_it_began(installation):
    first = installation.up("--sin-xm")
    deadline = time.monotonic() + 60
    while not list(installation.home.glob("lake/raw/**/*.parquet")):
        assert time.monotonic() < deadline, first.text
        time.sleep(0.02)
    first.popen.send_signal(signal.SIGKILL)
    first.popen.wait()

    second = installation.up("--sin-xm").wait_ready()
    status = installation.run("etl", "status", "--json").stdout
    assert '"variable": "DemaSIN"' in status
    assert second.stop() == 0
    assert installation.servers() == []

    begun = time.monotonic()
    third = installation.up("--sin-xm").wait_ready()
    assert time.monotonic() - begun < 60
    assert third.stop() == 0


def test_the_address_the_password_and_how_to_stop_are_told(up):
    assert up.installation.url in up.text
    assert up.password
    assert "Ctrl-C" in up.text


def test_a_port_in_use_is_told_before_any_work(up, tmp_path):
    other = Installation(tmp_path / "otra", up.installation.port)
    done = other.run("up", "--sin-xm", check=False)
    assert done.returncode == 1
    assert str(up.installation.port) in done.stderr
    assert "--puerto" in done.stderr
    assert not other.home.exists()


def test_a_second_start_on_the_same_folder_and_another_port_shares_the_servers(up):
    again = Installation(up.installation.home, free_port())
    assert '"que": "PostgreSQL"' in again.run("doctor", "--json", check=False).stdout
    assert httpx.get(f"{up.installation.url}/health/ready").status_code == 200


def test_an_operator_that_cannot_be_reached_is_told_plainly_and_loses_nothing(up):
    away = Installation(
        up.installation.home, up.installation.port, {"SIEA_XM_URL": f"http://127.0.0.1:{free_port()}"}
    )
    done = away.run("etl", "run", check=False)
    assert done.returncode == 3
    assert "XM" in done.stderr
    assert "sigue disponible" in done.stderr


def test_a_bad_setting_is_told_by_its_name_and_not_by_its_content(installation):
    installation.settings["SIEA_PORT"] = "secreto"
    done = installation.run("doctor", check=False)
    assert done.returncode == 2
    assert "SIEA_PORT" in done.stderr
    assert "secreto" not in done.stderr


def test_the_default_home_is_var_in_the_working_folder():
    assert str(Settings(_env_file=None).home) == "var"
