#!/usr/bin/python3
"""check_events.py SCHEMA EVENTS: every line of EVENTS is one object that SCHEMA allows."""
import json
import sys

import jsonschema

with open(sys.argv[1]) as file:
    validator = jsonschema.Draft202012Validator(json.load(file))
checked = 0
with open(sys.argv[2]) as file:
    for number, line in enumerate(file, 1):
        for problem in validator.iter_errors(json.loads(line)):
            sys.exit("line %d: %s\n%s" % (number, problem.message, line))
        checked += 1
print("%d events follow the schema" % checked)
sys.exit(0 if checked else "no events")
