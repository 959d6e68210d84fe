import assert from "node:assert/strict";
import fc from "fast-check";
import { type Digest, digestOf } from "../../src/oci/mod.ts";
import {
  isLayersLabel,
  type LayerRecord,
  LAYERS_LABEL,
  readLayerRecords,
  recordsLabelNames,
  recordsLabels,
} from "../../src/plan/mod.ts";

/** What containerd takes of a label: name and value together. */
const MOST_BYTES = 4096;

const RECORD: fc.Arbitrary<LayerRecord> = fc.record({
  key: fc.stringMatching(/^[0-9a-f]{64}$/),
  kind: fc.constantFrom("runtime", "interpreter", "package", "packages", "rest", "records"),
  packages: fc.array(fc.oneof(fc.stringMatching(/^[a-z0-9-]{1,40}$/), fc.string()), {
    maxLength: 400,
    size: "max",
  }),
}, { noNullPrototype: true });

const encoder = new TextEncoder();

Deno.test("labels say what the layers are, and none is too long for containerd", () => {
  fc.assert(
    fc.property(fc.array(RECORD, { maxLength: 60, size: "max" }), (list) => {
      const records = new Map(list.map((record, i) => [digestAt(i), record]));
      const labels = recordsLabels(records);
      for (const [name, value] of Object.entries(labels)) {
        assert.ok(isLayersLabel(name), name);
        assert.ok(encoder.encode(name + value).length <= MOST_BYTES, name);
      }
      assert.deepEqual(recordsLabelNames(labels), Object.keys(labels));
      const diffIds = [...records.keys()];
      const layers = diffIds.map((digest) => ({ mediaType: "", digest, size: 0 }));
      assert.deepEqual(readLayerRecords({ layers }, { diffIds, labels }), list);
    }),
    { numRuns: 20 },
  );
});

Deno.test("few layers have one label, and what somebody adds to it is no record", () => {
  const record: LayerRecord = { key: "0".repeat(64), kind: "runtime", packages: [] };
  const labels = recordsLabels(new Map([[digestAt(0), record]]));
  assert.deepEqual(Object.keys(labels), [LAYERS_LABEL]);
  const read = (labels: Readonly<Record<string, string>>) =>
    readLayerRecords({ layers: [{ mediaType: "", digest: digestAt(0), size: 0 }] }, {
      diffIds: [digestAt(0)],
      labels,
    });
  assert.deepEqual(read({ ...labels, [`${LAYERS_LABEL}.3`]: "{}" }), [record]);
  assert.deepEqual(read({ ...labels, [`${LAYERS_LABEL}.2`]: "{}" }), [undefined]);
  assert.deepEqual(read({}), [undefined]);
  assert.ok(!isLayersLabel(`${LAYERS_LABEL}.two`));
});

function digestAt(i: number): Digest {
  return digestOf(encoder.encode(String(i)));
}
