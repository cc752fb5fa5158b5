"""The weekly look at links to other sites, against a server of our own."""

import http.server
import subprocess
import sys
import threading

import pytest

from conftest import ROOT

LINKS = ROOT / "tests" / "lint" / "links.py"


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        code = int(self.path.rpartition("/")[2])
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "/200")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def other_site():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def run(folder, *links):
    own = '<link rel="canonical" href="https://ward.example/trang/">'
    anchors = "".join(f'<a href="{link}">x</a>' for link in links)
    (folder / "trang.html").write_text(f"<!doctype html>{own}<body>{anchors}", encoding="utf-8")
    done = subprocess.run([sys.executable, str(LINKS), str(folder)], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_links_that_can_be_read_are_counted(tmp_path, other_site):
    assert run(tmp_path, f"{other_site}/200", f"{other_site}/200#muc", f"{other_site}/302") == (0, ["2 links"])


def test_a_dead_link_is_named_with_its_page(tmp_path, other_site):
    assert run(tmp_path, f"{other_site}/404") == (1, [f"trang.html: {other_site}/404: 404", "1 links"])


def test_a_server_that_nobody_runs_is_a_dead_link(tmp_path):
    code, lines = run(tmp_path, "http://127.0.0.1:1/")
    assert code == 1
    assert lines[0].startswith("trang.html: http://127.0.0.1:1/: ")


@pytest.mark.parametrize("code", [403, 429, 503])
def test_a_server_that_only_keeps_programs_out_is_named_and_does_not_count(tmp_path, other_site, code):
    assert run(tmp_path, f"{other_site}/{code}") == (0, [f"trang.html: {other_site}/{code}: ? {code}", "1 links"])


def test_links_inside_the_site_and_letters_are_not_tried(tmp_path):
    (tmp_path / "khung.html").write_text('<a href="https://ward.example/404">x</a>', encoding="utf-8")
    assert run(tmp_path, "../", "/so-lieu/", "https://ward.example/404", "mailto:a@b.example") == (0, ["0 links"])
