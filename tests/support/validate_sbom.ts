import { join } from "node:path";
import { makeOnce } from "./make_once.ts";
import { run } from "./tools.ts";

/** What ships the official schemas, and what judges by them. */
const PACKAGES = [
  "attrs==25.4.0",
  "cyclonedx-python-lib==11.12.0",
  "jsonschema==4.25.1",
  "jsonschema-specifications==2025.9.1",
  "lib4sbom==0.10.4",
  "referencing==0.37.0",
  "rpds-py==0.30.0",
  "typing_extensions==4.15.0",
];

const JUDGE = `import json, os, sys
folder, *names = sys.argv[1:]
sys.path.insert(0, folder)
from jsonschema.validators import validator_for
from referencing import Registry, Resource

def load(*parts):
    with open(os.path.join(*parts), encoding="utf8") as file:
        return json.load(file)

shipped = os.path.join(folder, "cyclonedx", "schema", "_res")
resources = [
    ("http://cyclonedx.org/schema/" + name, Resource.from_contents(load(shipped, name)))
    for name in os.listdir(shipped) if name.endswith(".json")
]
for name in names:
    document = load(name)
    schema = (load(folder, "lib4sbom", "schemas", "spdx", "2.3-schema.json")
              if "spdxVersion" in document else load(shipped, "bom-1.6.SNAPSHOT.schema.json"))
    validator = validator_for(schema)(schema, registry=Registry().with_resources(resources))
    for error in validator.iter_errors(document):
        print(name, list(error.absolute_path), error.message[:300])
`;

/**
 * What the official JSON schemas of SPDX 2.3 and CycloneDX 1.6 find wrong with documents, a line for
 * each fault. Needs the tool `pip`.
 */
export async function sbomFaults(...paths: readonly string[]): Promise<readonly string[]> {
  const folder = await makeOnce("sbom-judge", {
    recipe: [...PACKAGES, JUDGE].join("\n"),
    make: async (folder) => {
      const pip = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"];
      await run("python3", [...pip, "--target", folder, ...PACKAGES]);
      await Deno.writeTextFile(join(folder, "judge.py"), JUDGE);
    },
  });
  const { stdout } = await run("python3", [join(folder, "judge.py"), folder, ...paths]);
  return stdout.split("\n").filter((line) => line !== "");
}
