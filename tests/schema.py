"""Holds outputs against the schemas of them. schema.py SCHEMAS OUTPUTS: each file NAME.ANY of
OUTPUTS is JSON, or lines of it, of SCHEMAS/NAME.json. Then each is made wrong, to see that it is
refused. A line of TAP each."""
import copy
import glob
import json
import os
import sys

import jsonschema

schemas, outputs = sys.argv[1:]
store = {}
for path in glob.glob(schemas + "/*.json"):
    with open(path, encoding="utf-8") as f:
        store[os.path.basename(path)] = json.load(f)


def validator(name):
    resolver = jsonschema.RefResolver(name, store[name], store=store)
    return jsonschema.Draft202012Validator(store[name], resolver=resolver)


def documents(path):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    try:
        return [json.loads(text)]
    except ValueError:
        return [json.loads(line) for line in text.splitlines()]


def objects(value, at=()):
    """Where there are objects in it; of arrays the first entry alone."""
    if isinstance(value, dict):
        yield at
        for key in value:
            yield from objects(value[key], at + (key,))
    elif isinstance(value, list) and value:
        yield from objects(value[0], at + (0,))


def changed(value, at, change):
    whole = copy.deepcopy(value)
    part = whole
    for key in at:
        part = part[key]
    change(part)
    return whole


# Objects whose keys are open by their nature: names of metrics, files, agents, parameters.
OPEN = {"own", "final", "sweep", "files", "programs", "metrics", "tables", "params"}


def faults(value):
    """Wrong copies of an output, each with what is wrong."""
    for at in objects(value):
        where = "/".join(map(str, at))
        if at and (at[-1] in OPEN or "programs" in at):
            yield where + " an array", changed(value, at[:-1], lambda o, k=at[-1]: o.update({k: []}))
            continue
        part = value
        for key in at:
            part = part[key]
        if "v" in part:
            yield where + "/v 2", changed(value, at, lambda o: o.update(v=2))
        yield where + "/surplus", changed(value, at, lambda o: o.update(surplus=1))
        for key in part:
            other = 3 if isinstance(part[key], dict) else {"x": []}
            yield where + "/" + key, changed(value, at, lambda o, k=key, x=other: o.update({k: x}))


n = 0
seen = set()


def told(wrong, name):
    global n
    n += 1
    print(f"{'not ok' if wrong else 'ok'} {n} - {name}")
    for line in wrong[:20]:
        print("#", str(line)[:300])


for name in sorted(store):
    wrong = [] if store[name].get("title") else ["it has no title"]
    try:
        jsonschema.Draft202012Validator.check_schema(store[name])
    except jsonschema.SchemaError as e:
        wrong.append(e.message)
    told(wrong, name + " is a schema")

for path in sorted(glob.glob(outputs + "/*")):
    name = os.path.basename(path).split(".")[0] + ".json"
    seen.add(name)
    what, all_of = validator(name), documents(path)
    wrong = [f"{list(e.absolute_path)}: {e.message}" for d in all_of for e in what.iter_errors(d)]
    told(wrong or ([] if all_of else ["nothing was said"]), f"{os.path.basename(path)} is as it says")
    if name == "rliable.json":
        continue  # all its keys are names
    tried = [(where, bad) for d in all_of[:40] for where, bad in faults(d)]
    let = [where for where, bad in tried if what.is_valid(bad)]
    told(let if tried else ["nothing was tried"],
         f"{os.path.basename(path)}: it refuses {len(tried)} faults")
told(sorted(set(store) - seen - {"metrics.json"}), "every schema has seen an output")
print(f"# {n}")
