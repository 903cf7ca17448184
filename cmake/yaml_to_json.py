"""Writes a YAML file as JSON: yaml_to_json.py FROM TO. The description of the API is written in YAML and served as JSON."""

import json
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as source:
    text = json.dumps(yaml.safe_load(source), ensure_ascii=False, separators=(",", ":"))
with open(sys.argv[2], "w", encoding="utf-8") as target:
    target.write(text + "\n")
