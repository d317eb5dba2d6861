"""The part of the SARIF 2.1.0 schema (draft 7, OASIS, errata 01) that our logs use, with every object closed.

Written out by hand from the standard's text, sections 3.13 to 3.30: types, required members and allowed values. It is stricter than
the published schema: an object with a member that we do not write ourselves is refused. ``PUBLISHED`` is that schema, which
``make setup`` takes out of the source distribution of sarif-om; it is not ours to commit.
"""

import json
import sys
import tarfile
from pathlib import Path


def published():
    """Return the schema that Microsoft published for SARIF 2.1.0 (release candidate 4), None where it was not fetched."""
    for path in Path(sys.prefix, "share", "sarif").glob("sarif_om-*.tar.gz"):
        with tarfile.open(path) as archive:
            name = next(
                name for name in archive.getnames() if name.endswith("/sarif-2.1.0-rtm.4.json")
            )
            return json.load(archive.extractfile(name))
    return None


PUBLISHED = published()
TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}


def closed(required, **properties):
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


MESSAGE = closed(["text"], text={"type": "string", "minLength": 1})
ARTIFACT = closed(
    ["uri"],
    uri={"type": "string", "format": "uri-reference", "pattern": r"^[^\s\\]+$"},
    uriBaseId=TEXT,
)
REGION = closed(
    ["startLine"],
    startLine=COUNT,
    startColumn=COUNT,
    endLine=COUNT,
    endColumn=COUNT,
    snippet=closed(["text"], text=TEXT),
)
LOCATION = closed(
    ["physicalLocation"],
    physicalLocation=closed(
        ["artifactLocation"], artifactLocation=ARTIFACT, region=REGION, contextRegion=REGION
    ),
)
RULE = closed(
    ["id"],
    id=TEXT,
    name=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=closed(["text", "markdown"], text=TEXT, markdown=TEXT),
    defaultConfiguration=closed([], level=LEVEL, enabled={"type": "boolean"}),
)
RESULT = closed(
    ["message"],
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    level=LEVEL,
    message=MESSAGE,
    locations={"type": "array", "items": LOCATION},
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
)
NOTIFICATION = closed(
    ["message"], message=MESSAGE, level=LEVEL, locations={"type": "array", "items": LOCATION}
)
RUN = closed(
    ["tool"],
    tool=closed(
        ["driver"],
        driver=closed(
            ["name"],
            name=TEXT,
            version=TEXT,
            rules={"type": "array", "items": RULE, "uniqueItems": True},
        ),
    ),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    originalUriBaseIds={
        "type": "object",
        "additionalProperties": closed([], uri=TEXT, description=MESSAGE),
    },
    invocations={
        "type": "array",
        "items": closed(
            ["executionSuccessful"],
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications={"type": "array", "items": NOTIFICATION},
        ),
    },
    results={"type": "array", "items": RESULT},
)
SARIF = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    **closed(
        ["version", "runs"],
        **{"$schema": {"type": "string", "format": "uri"}},
        version={"enum": ["2.1.0"]},
        runs={"type": "array", "items": RUN},
    ),
}
