"""What the settings of single sign-on may say, and where it may ask."""

from __future__ import annotations

import pytest

from tablica.shared import outgoing
from tablica.shared.oidc.configuration import Provider, provider_from


class TestTheSettings:
    def test_all_of_it(self) -> None:
        found = provider_from("https://id.example.org", "a", "b", "", "1")
        assert found == Provider("https://id.example.org", "a", "b", "SSO", only=True)
        assert provider_from("", "", "", "", "") is None

    @pytest.mark.parametrize(
        "said",
        [
            ("", "a", "b", "", ""),
            ("", "", "", "", "1"),
            ("http://id.example.org", "a", "b", "", ""),
            ("https://id.example.org", "", "b", "", ""),
            ("https://id.example.org", "a", "", "", ""),
            ("https://id.example.org", "a", "b", "", "yes"),
            ("https://u:p@id.example.org", "a", "b", "", ""),
            ("https://id.example.org:x", "a", "b", "", ""),
        ],
    )
    def test_what_is_wrong_stops_the_start(self, said: tuple[str, ...]) -> None:
        with pytest.raises(ValueError, match="TABLICA_OIDC"):
            provider_from(*said)


@pytest.mark.parametrize(
    "url", ["http://example.org/", "ftp://localhost/", "//x", "https://", "https://x:99999999/"]
)
def test_only_what_is_encrypted_or_here_is_spoken_to(url: str) -> None:
    assert not outgoing.is_safe(url)
    with pytest.raises(outgoing.Unreachable):
        outgoing.get_json(url)
