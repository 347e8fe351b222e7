"""Addresses that the collector does not connect to, and what the special-purpose registries say of them."""

import ipaddress

import pytest

from storywake.collector.net.guard import is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_private_addresses_are_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111"])
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(address)


REGISTRY = [
    "0.0.0.0/8",
    "0.0.0.0/32",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.0.0/29",
    "192.0.0.8/32",
    "192.0.0.170/31",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "255.255.255.255/32",
    "::1/128",
    "::/128",
    "::/96",
    "::ffff:0:0:0/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001::/32",
    "2001:2::/48",
    "2001:db8::/32",
    "2001:10::/28",
    "2002::/16",
    "3ffe::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
]
"""Blocks of IANA's special-purpose registries that hold no sites, with multicast, site-local, 6bone and IPv4 written as IPv6."""


@pytest.mark.parametrize("block", REGISTRY)
def test_no_address_of_a_special_block_is_public(block: str) -> None:
    network = ipaddress.ip_network(block)
    for address in {network[0], network[network.num_addresses // 2], network[-1]}:
        assert not is_public(str(address)), address


@pytest.mark.parametrize("private", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254"])
@pytest.mark.parametrize(
    "written", ["::{}", "::ffff:{}", "::ffff:0:{}", "64:ff9b::{}", "64:ff9b:1::{}", "2002:{:x}::", "2001::{:x}"]
)
def test_a_private_address_stays_private_however_it_is_written(private: str, written: str) -> None:
    number = int(ipaddress.IPv4Address(private))
    if ":x}" in written:
        high, low = number >> 16, number & 0xFFFF
        address = (
            f"2002:{high:x}:{low:x}::1" if written.startswith("2002") else f"2001::{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}"
        )
    else:
        address = written.format(private)
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2a00:1450:4026:803::200e", "192.0.1.1", "172.32.0.1"]
)
def test_what_lies_beside_the_blocks_is_public(address: str) -> None:
    assert is_public(address)
