"""Numbers that Python's json would change: exact in `text`, Python's own in `body`, and what a `dict` can carry."""

import json

import pytest

from novita_migrate import migrate

BIG = 12345678901234567890123
SPELLINGS = ["7.50", "1e2", "7.5E+0", "7.123456789012345678901234567890", "0.1000", "7.0e0"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_text_has_the_numbers_of_the_input(spelling: str) -> None:
    migration = migrate(f'{{"prompt": "a cat", "cfg_scale": {spelling}}}', out_of_range="keep")
    assert f'"guidance_scale": {spelling}}}' in migration.text
    assert migration.body["request"]["guidance_scale"] == float(spelling)


def test_body_has_the_numbers_of_python() -> None:
    migration = migrate('{"prompt": "a cat", "cfg_scale": 7.50}')
    assert json.dumps(migration.body["request"]["guidance_scale"]) == "7.5"
    assert '"guidance_scale": 7.50' in migration.text


def test_integers_stay_exact_everywhere() -> None:
    for migration in (migrate({"prompt": "a cat", "seed": BIG}), migrate(f'{{"prompt": "a cat", "seed": {BIG}}}')):
        assert migration.body["request"]["seed"] == BIG
        assert f'"seed": {BIG}' in migration.text


def test_floats_of_a_dict_get_pythons_spelling() -> None:
    # The literal 7.50 is gone before the call: a float has no spelling of its own.
    assert '"guidance_scale": 7.5}' in migrate({"prompt": "a cat", "cfg_scale": 7.50}).text
    assert '"strength": 1e-07}' in migrate({"init_images": ["aGk="], "denoising_strength": 0.0000001}).text


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_in_json_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="a dict that JSON cannot hold") as caught:
        migrate({"prompt": "a cat", "cfg_scale": number})
    assert isinstance(caught.value.__cause__, ValueError)


def test_text_outside_ascii_is_not_escaped_and_escapes_stay() -> None:
    assert '"prompt": "東京"' in migrate({"prompt": "東京"}).text
    assert r'"prompt": "\u6771\/"' in migrate(r'{"prompt": "\u6771\/"}').text


def test_half_a_surrogate_pair_survives_the_way_through_a_dict() -> None:
    payload = json.loads(r'{"prompt": "a \ud83d cat"}')
    migration = migrate(payload)
    assert r'"prompt": "a \ud83d cat"' in migration.text
    assert migration.body["request"]["prompt"] == payload["prompt"]
