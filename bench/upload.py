"""Measures bringing one sealed parcel in: the gateway by tus, against OpenSSH sftp and nginx WebDAV PUT, on loopback.

    .venv/bin/python bench/upload.py [--mib 512] [--rounds 3] [--folder /dev/shm] [--stock]

All three get the same file over their own encryption (TLS 1.3, or ssh's default cipher), in turns. Speeds are those of
each one's best round; ratios are taken within a round, the median first and then the range, for the machine may have
other work. The gateway is a real site started as in use: it hashes every byte, compares the digest with the cover's,
makes the file durable (fsync) and records the act before it answers; the two others do none of that. Its client is the
one that ward and gateway send with. --stock adds `curl`, which nginx is measured with, sending the same parcel to the
gateway. sshd and nginx run with throw-away keys and configs in the folder; both need root, as sshd does.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.counterparty import ITEMS, Counterparty, SealedParcel, job_body, now
from tests.gateway.station import TUS, Station, free_port, open_station

from tewatashi.carriers import lgwan
from tewatashi.core.age import Passphrase, encrypt
from tewatashi.core.cover import Cover, write_cover
from tewatashi.sitekit.tls import self_signed

CHUNK = 1 << 20


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mib", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("/dev/shm"))
    parser.add_argument("--stock", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name, ExitStack() as stack:
        folder = Path(name)
        file = folder / "parcel.age"
        digest, size = sealed_file(file, options.mib)
        station = stack.enter_context(gateway(folder))
        ways: dict[str, Callable[[], float]] = {"gateway": lambda: to_gateway(station, file, digest, size)}
        if options.stock:
            ways["gateway by curl"] = lambda: by_curl(station, file, digest, size)
        ways["sftp"] = stack.enter_context(sftp(folder, file))
        ways["nginx"] = stack.enter_context(nginx(folder, file))
        took = [{way: act() for way, act in ways.items()} for _ in range(options.rounds)]
    for way in ways:
        print(f"{way}: {size / min(turn[way] for turn in took) / 1e6:,.0f} MB/s")
    for way in (way for way in ways if way.startswith("gateway")):
        for peer, wanted in (("sftp", "more than 1"), ("nginx", "0.60")):
            ratios = sorted(turn[peer] / turn[way] for turn in took)
            print(f"{way} / {peer}: {median(ratios):.2f}, {ratios[0]:.2f}-{ratios[-1]:.2f} (wanted: {wanted})")


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def sealed_file(file: Path, mib: int) -> tuple[str, int]:
    """Random bytes sealed once. Returned: SHA-256 and size of the sealed file."""
    digest, plain = hashlib.sha256(), (random.randbytes(CHUNK) for _ in range(mib))
    with file.open("wb") as out:
        for chunk in encrypt(plain, Passphrase("見本の合言葉", 10), os.urandom):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest(), file.stat().st_size


# ------------------------------------------------------------------------------------------------------------- ours


@contextmanager
def gateway(folder: Path) -> Iterator[Station]:
    stations = open_station(folder)
    station = next(stations)
    station.end.close()  # what comes in stays: forwarding would run beside the next round
    try:
        yield station
    finally:
        next(stations, None)


def told(station: Station, digest: str, size: int) -> SealedParcel:
    """A parcel of a new job with these bytes, of which the ward has told; the parcel before is voided and erased."""
    ward: Counterparty = station.ward
    body, number = job_body(), station.job()
    cover = Cover(
        parcel=os.urandom(16).hex(), contract=str(body["contract"]), job=number, form="tokusoku",
        base_date="2026-11-20", pieces=3, items=ITEMS, sha256=digest, size=size, sealed_at=now(), sealed_by="sato",
        erase_by="2027-01-31", sender=ward.name,
    )  # fmt: skip
    parcel = SealedParcel(cover, write_cover(cover, ward.key), b"")
    station.tell("parcel-sealed", "sato", number, parcel.body)
    return parcel


def to_gateway(station: Station, file: Path, digest: str, size: int) -> float:
    parcel = told(station, digest, size)
    with file.open("rb") as source:
        took = seconds(lambda: lgwan.send_parcel(station.line, parcel.note, source, size))
    forget(station, parcel)
    return took


def by_curl(station: Station, file: Path, digest: str, size: int) -> float:
    parcel = told(station, digest, size)
    metadata = f"cover {base64.b64encode(parcel.note).decode()}"
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata}
    place = station.line.post("/api/parcels", headers=headers).headers["Location"]
    given = {
        **TUS,
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
        "Authorization": station.ward.pass_to(station.name),
        "Expect": "",
    }
    named = [part for name, value in given.items() for part in ("-H", f"{name}: {value}")]
    took = seconds(
        lambda: run("curl", "-sSf", "--http1.1", "--cacert", station.ca, "-X", "PATCH", *named, "-T", file, place)
    )
    assert station.offset(place) == size
    forget(station, parcel)
    return took


def forget(station: Station, parcel: SealedParcel) -> None:
    """Make room for the next round."""
    station.tell("parcel-voided", "sato", parcel.cover.job, {"parcel": parcel.cover.parcel, "reason": "計測"})
    station.until(lambda: not station.files())  # erasing a large file beside the next round would slow that one


# ----------------------------------------------------------------------------------------------------------- theirs


@contextmanager
def sftp(folder: Path, file: Path) -> Iterator[Callable[[], float]]:
    home, port = folder / "ssh", free_port()
    home.mkdir()
    for key in ("host", "user"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", home / key)
    shutil.copy(home / "user.pub", home / "authorized")
    Path("/run/sshd").mkdir(exist_ok=True)  # where sshd locks its unprivileged half in
    (home / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {home}/host\nAuthorizedKeysFile {home}/authorized\n"
        f"PidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin prohibit-password\nPasswordAuthentication no\n"
        "Subsystem sftp internal-sftp\n"
    )
    batch, landed = home / "batch", home / "landed"
    batch.write_text(f"put {file} {landed}\n")
    command = [
        "sftp", "-q", "-b", batch, "-P", port, "-i", home / "user", "-F", "none", "-o", "StrictHostKeyChecking=no",
        "-o", f"UserKnownHostsFile={home}/known", "-o", "LogLevel=ERROR", "127.0.0.1",
    ]  # fmt: skip

    def put() -> float:
        took = seconds(lambda: run(*command))
        assert landed.stat().st_size == file.stat().st_size
        landed.unlink()
        return took

    with serving("/usr/sbin/sshd", "-D", "-e", "-f", home / "sshd_config", port=port, log=home / "log"):
        yield put


@contextmanager
def nginx(folder: Path, file: Path) -> Iterator[Callable[[], float]]:
    home, port = folder / "nginx", free_port()
    (home / "www").mkdir(parents=True)
    files = self_signed("nginx.test", ("127.0.0.1",))
    for name, pem in (("ca", files.authority), ("crt", files.certificate), ("key", files.key)):
        (home / name).write_bytes(pem)
    (home / "nginx.conf").write_text(
        f"daemon off; pid {home}/pid; error_log {home}/log; worker_processes 1; user root;\n"
        "events { }\n"
        f"http {{ access_log off; client_max_body_size 0; client_body_temp_path {home}/body; server {{\n"
        f"  listen 127.0.0.1:{port} ssl; ssl_protocols TLSv1.3; ssl_certificate {home}/crt; ssl_certificate_key {home}/key;\n"
        f"  location / {{ root {home}/www; dav_methods PUT; }} }} }}\n"
    )
    landed = home / "www" / "parcel"
    address = f"https://127.0.0.1:{port}/parcel"

    def put() -> float:
        took = seconds(
            lambda: run("curl", "-sSf", "--http1.1", "--cacert", home / "ca", "-H", "Expect:", "-T", file, address)
        )
        assert landed.stat().st_size == file.stat().st_size
        landed.unlink()
        return took

    with serving("/usr/sbin/nginx", "-p", home, "-c", home / "nginx.conf", port=port, log=home / "out"):
        yield put


@contextmanager
def serving(*command: object, port: int, log: Path) -> Iterator[None]:
    import socket

    with log.open("wb") as out:
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=out)
    try:
        for _ in range(200):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            raise SystemExit(log.read_text())
        yield
    finally:
        process.terminate()
        process.wait()


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
