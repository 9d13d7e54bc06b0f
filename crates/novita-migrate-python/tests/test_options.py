"""Every option of the library is a keyword with the name of the command's flag."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from novita_migrate import Catalog, Options, _native, migrate, migrate_many

BASE = '"model_name": "m.safetensors", "batch_size": 2, "steps": 20, "cfg_scale": 7, "sampler_name": "Euler a"'
TXT2IMG = f'{{"prompt": "a cat", {BASE}, %s}}'
IMG2IMG = f'{{"prompt": "a cat", {BASE}, "init_images": ["aGk="], %s}}'
IP_UNIT = '{"model": "ip-adapter_sd15", "weight": 1, "input_image": "aGk=", "module": "none", "control_mode": 0}'
PAGE = {
    "models": [
        {"sd_name": "m.safetensors", "sd_name_in_api": "m_77.safetensors", "type": {"name": "checkpoint"}, "status": 1}
    ]
}


@pytest.mark.parametrize(
    ("payload", "options", "without", "with_it"),
    [
        (TXT2IMG % '"enable_hr": true, "hr_scale": 2, "width": 512, "height": 512', {"hires_strength": 0.35},
         '"strength": 0.8', '"strength": 0.35'),
        (TXT2IMG % '"n_iter": 3', {"n_iter": "multiply"}, '"image_num": 2', '"image_num": 6'),
        (IMG2IMG % '"mask": "aGk="', {"mask": "inpainting"}, '"image_base64"', '"mask_image_base64"'),
        (IMG2IMG % f'"controlnet_units": [{IP_UNIT}]', {"ip_adapter": "move"}, '"controlnet"', '"ip_adapters"'),
        (TXT2IMG.replace("Euler a", "DPM++ 2M SDE Karras") % '"seed": 1', {"samplers": "nearest"},
         '"DPM++ 2M SDE Karras"', '"DPM++'),
        (TXT2IMG % '"n_iter": 3', {"preserve": True}, '"image_num": 2', '"image_num": 6'),
        (TXT2IMG % '"seed": 1', {"plan": "enterprise"}, '"request"', '"enterprise_plan": {"enabled": true}'),
        (TXT2IMG.replace("a cat", "a cat, badhandv4") % '"seed": 1', {"embeddings": {"badhandv4": "badhandv4_16755.pt"}},
         '"request"', '"badhandv4_16755.pt"'),
        (TXT2IMG.replace("a cat", "a cat, badhandv4") % '"seed": 1', {"embeddings": ["badhandv4"]},
         '"request"', '"embeddings"'),
        (TXT2IMG % '"seed": 1', {"catalog": Catalog(PAGE)}, '"m.safetensors"', '"m_77.safetensors"'),
        (TXT2IMG.replace('"steps": 20', '"steps": 400') % '"seed": 1', {"out_of_range": "keep"},
         '"steps": 100', '"steps": 400'),
        (TXT2IMG % '"colour": "red"', {"unknown": "keep"}, '"request"', '"colour": "red"'),
    ],
)  # fmt: skip
def test_an_option_does_what_it_says(payload: str, options: Any, without: str, with_it: str) -> None:
    plain, changed = migrate(payload), migrate(payload, **options)
    assert without in plain.text
    assert with_it in changed.text
    assert plain.text != changed.text
    none: Any = dict.fromkeys(options)
    assert migrate(payload, **none) == plain, "None is as good as no keyword"


def test_the_types_name_the_same_options() -> None:
    assert sorted(_native._OPTIONS) == sorted(Options.__annotations__)


def test_the_command_has_a_flag_for_every_option(cli: Path) -> None:
    told = subprocess.run([cli, "convert", "--help"], check=True, capture_output=True, text=True).stdout
    flags = {word.rstrip("[=,") for word in told.split() if word.startswith("--")}
    names = {f"--{name.replace('_', '-')}" for name in _native._OPTIONS}
    assert names <= flags


@pytest.mark.parametrize(
    ("deny", "status"),
    [
        ("warnings", "kept"),
        ("deprecated-field", "kept"),
        ("deprecated-field=n_iter", "kept"),
        (["out-of-range", "deprecated-field=n_iter"], "kept"),
        ("deprecated-field=restore_faces", "converted"),
        ([], "converted"),
    ],
)
def test_levels(deny: str | list[str], status: str) -> None:
    assert migrate(TXT2IMG % '"n_iter": 3', deny=deny).status == status


def test_the_level_that_is_written_last_wins() -> None:
    payload = TXT2IMG % '"n_iter": 3, "width": 512, "height": 512'
    accepted = migrate(payload, deny="warnings", allow="deprecated-field=n_iter")
    assert [finding.severity for finding in accepted.findings if finding.pointer == "/n_iter"] == ["note"]
    assert migrate(payload, allow="deprecated-field=n_iter", deny="warnings").status == "kept"
    assert migrate(payload, deny="warnings", warn="deprecated-field").status == "converted"


def test_preserve_is_only_a_default_wherever_it_stands() -> None:
    payload = TXT2IMG % '"n_iter": 3'
    for migration in (
        migrate(payload, preserve=True, n_iter="drop"),
        migrate(payload, n_iter="drop", preserve=True),
        migrate(payload, preserve=False),
    ):
        assert '"image_num": 2' in migration.text


def test_a_catalog_goes_with_other_options() -> None:
    catalog = Catalog(b'{"models": []}', PAGE, '{"models": [{"sd_name": "x.pt", "sd_name_in_api": "y.pt"}]}')
    assert len(catalog) == 2
    migration = migrate(TXT2IMG % '"n_iter": 3', n_iter="multiply", catalog=catalog)
    assert '"m_77.safetensors"' in migration.text
    assert '"image_num": 6' in migration.text
    with pytest.raises(ValueError, match="line 1 column 2"):
        Catalog("{")


@pytest.mark.parametrize(
    ("options", "kind", "text"),
    [
        ({"n_itr": "multiply"}, TypeError, "unknown option 'n_itr'; the options are .*n_iter"),
        ({"n_iter": "many"}, ValueError, "n_iter: expected 'drop' or 'multiply', not 'many'"),
        ({"n_iter": 4}, TypeError, "n_iter: expected 'drop' or 'multiply', not 4"),
        ({"hires_strength": 1.5}, ValueError, "hires_strength: expected a number from 0 to 1"),
        ({"hires_strength": "1"}, TypeError, "hires_strength: expected a number from 0 to 1"),
        ({"preserve": "yes"}, TypeError, "preserve: expected True or False"),
        ({"embeddings": "NAMES.json"}, TypeError, "embeddings: expected a list of names"),
        ({"catalog": PAGE}, TypeError, "catalog: expected a novita_migrate.Catalog"),
        ({"deny": "warning"}, ValueError, "deny: no finding class has the name `warning`"),
        ({"deny": "warnings=n_iter"}, ValueError, "deny: `warnings` takes no field"),
        ({"allow": ["deprecated-field="]}, ValueError, "allow: a field is missing"),
        ({"warn": 5}, TypeError, "warn: expected a string or several"),
        ({"endpoint": "txt"}, ValueError, "endpoint: expected 'auto', 'txt2img'"),
    ],
)
def test_a_wrong_value_is_refused_by_name(options: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        migrate("{}", **options)
    with pytest.raises(kind, match=text):
        migrate_many([], **options)
