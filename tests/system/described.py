"""Every answer that a test gets is one of the API's own description: its path and method, its status, its type, and what JSON holds."""
import fnmatch
import json
import re
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jsonschema

ROWS_LOOKED_AT = 5   # of a list: those behind are of the same making


class Description:
    def __init__(self, document):
        self.document = document
        self.resolver = jsonschema.RefResolver("", document)
        self.paths = [(re.compile(re.sub(r"\\\{.*?\\\}", "[^/]*", re.escape(path)) + "$"), path, item)
                      for path, item in sorted(document["paths"].items(), key=lambda pair: "{" in pair[0])]
        self.validators = {}

    def operation(self, method, target):
        path = target.split("?")[0]
        for pattern, name, item in self.paths:
            if pattern.match(path):
                what = item.get(method.lower(), item.get("get") if method == "HEAD" else None)
                return (f"{method} {name}", what) if what else (None, None)
        return None, None

    def check(self, method, target, status, headers, content):
        """Paths and methods that are none have no description, and are refused."""
        name, operation = self.operation(method, target)
        if operation is None:
            assert status >= 400, f"{method} {target} is not described, and answered {status}"
            return
        said = operation["responses"].get(str(status))
        assert said, f"{name} answers {status}, of which its description says nothing"
        kind = (headers.get("Content-Type") or "").split(";")[0]
        if method == "HEAD" or not content:
            return
        schema = next((one["schema"] for pattern, one in said.get("content", {}).items() if fnmatch.fnmatch(kind, pattern)), None)
        assert schema is not None, f"{name} answers {status} as {kind}, not as {list(said.get('content', {}))}"
        if "json" in kind:
            self.check_json(name, status, schema, json.loads(content))

    def check_json(self, name, status, schema, value):
        key = json.dumps(schema)
        if key not in self.validators:
            self.validators[key] = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        wrong = next(self.validators[key].iter_errors(shortened(value)), None)
        assert wrong is None, f"{name} {status}: {list(wrong.absolute_path)}: {wrong.message[:500]}"


def shortened(value):
    if isinstance(value, dict):
        return {name: shortened(one) for name, one in value.items()}
    return [shortened(one) for one in value[:ROWS_LOOKED_AT]] if isinstance(value, list) else value


KEPT = []   # all gateways of a run say the same of themselves


def description(fetch):
    """fetch: gets the bytes of a path of a gateway."""
    if not KEPT:
        KEPT.append(Description(json.loads(fetch("/v1/openapi.json"))))
    return KEPT[0]
