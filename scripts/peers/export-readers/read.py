"""python-readers KIND FILE prints what a Python library reads in a file, as JSON."""
import base64
import ctypes
import glob
import json
import re
import sys


def dotenv(file):
    from dotenv import dotenv_values
    return dotenv_values(file)


def dotenv_raw(file):
    from dotenv import dotenv_values
    return dotenv_values(file, interpolate=False)


def pyyaml(file):
    import yaml
    with open(file, encoding='utf-8', newline='') as text:
        return yaml.safe_load(text)


def ruamel(file):
    from ruamel.yaml import YAML
    with open(file, encoding='utf-8', newline='') as text:
        return YAML(typ='safe', pure=True).load(text)


def toml(file):
    import tomllib
    with open(file, 'rb') as text:
        return tomllib.load(text)


def json_file(file):
    with open(file, encoding='utf-8') as text:
        return json.load(text)


def systemd(file):
    """What systemd itself reads EnvironmentFile= with, and then drops: functions of its shared library, no running systemd."""
    library = ctypes.CDLL(sorted(glob.glob('/usr/lib/*/systemd/libsystemd-shared-*.so'))[-1])
    library.env_assignment_is_valid.restype = ctypes.c_bool
    lines = ctypes.POINTER(ctypes.c_char_p)()
    status = library.load_env_file(None, file.encode(), ctypes.byref(lines))
    if status < 0:
        sys.exit(f'load_env_file: errno {-status}')
    values, index = {}, 0
    while lines and lines[index]:
        if library.env_assignment_is_valid(lines[index]):
            name, _, value = lines[index].partition(b'=')
            values[name.decode()] = value.decode('utf-8')
        index += 1
    return values


TEXT = re.compile(r"'((?:[^']|'')*)'\Z")
BASE64 = re.compile(r"\[Text\.Encoding\]::UTF8\.GetString\(\[Convert\]::FromBase64String\('([A-Za-z0-9+/=]*)'\)\)\Z")


def powershell(file):
    """Only the grammar of PowerShell; what the two expressions mean that we write is told here. No PowerShell is to be had."""
    import tree_sitter_powershell
    from tree_sitter import Language, Parser
    with open(file, 'rb') as text:
        root = Parser(Language(tree_sitter_powershell.language())).parse(text.read()).root_node
    if root.has_error:
        sys.exit('syntax error')
    values = {}
    for node in assignments(root):
        name, value = node.children[0].text.decode(), node.children[-1].text.decode()
        plain, encoded = TEXT.match(value), BASE64.match(value)
        if not name.startswith('$env:') or not (plain or encoded):
            sys.exit(f'not one of our expressions: {name}')
        values[name[5:]] = plain[1].replace("''", "'") if plain else base64.b64decode(encoded[1]).decode()
    return values


def assignments(node):
    if node.type == 'assignment_expression':
        yield node
    for child in node.children:
        yield from assignments(child)


READERS = {
    'dotenv': dotenv, 'dotenv-raw': dotenv_raw, 'pyyaml': pyyaml, 'ruamel': ruamel, 'toml': toml, 'json': json_file,
    'systemd': systemd, 'powershell': powershell,
}
if len(sys.argv) != 3 or sys.argv[1] not in READERS:
    sys.exit('usage: python-readers KIND FILE')
json.dump(READERS[sys.argv[1]](sys.argv[2]), sys.stdout, default=str)
