import assert from "node:assert/strict";
import { plainKind } from "../../src/robot/yaml_scalar.ts";

/** Each of these was decoded by gopkg.in/yaml.v2 v2.4.0 into an `interface{}`. */
const KINDS = {
  null: ["", "~", "null", "Null", "NULL"],
  bool: [
    ...["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"],
    ...["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"],
  ],
  int: [
    ...["0", "-0", "+5", "12", "1_000", "1__", "0_", "1_", "-_1"],
    ...["0x1F", "0X1f", "-0x1", "0x_1", "0b1", "0B10", "-0b1", "+0b1", "0b-1", "0b+1"],
    ...["0o17", "0O17", "017", "00", "9223372036854775807", "-9223372036854775808"],
    ...["9223372036854775808", "18446744073709551615", "0xffffffffffffffff"],
  ],
  float: [
    ...["3.10", "3.", ".5", "-.5", "+.5", "1e3", "1E-3", "1.5e+3", "08", "09.5", "1_0.5", ".5_6"],
    ...[".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "-.Inf"],
    ...["18446744073709551616", "-9223372036854775809", "1e308"],
    "0777777777777777777777777",
  ],
  text: [
    ...["yEs", "nULL", "tRUE", "None", "a", "é", "<<", "=", "_1", "-", "+", ".", "..", "-."],
    ...["2020-01-01", "2020-01-01T00:00:00Z", "12:30:45", "1.2.3", "3.11.7", "1,000"],
    ...["0x", "0b", "0o8", "0b2", "0b-2", "-0b-1", "0x1g", "0x1ffffffffffffffff", "1e", "e5"],
    ...["1e999", ".1e999", "._5", ".5_", ".5__6", "+.nan", ".INf", "--1", "+-1", "0x1.8p1"],
  ],
} as const;

for (const [kind, texts] of Object.entries(KINDS)) {
  Deno.test(`plainKind() takes for ${kind} what yaml.v2 does`, () => {
    for (const text of texts) assert.equal(plainKind(text), kind, JSON.stringify(text));
  });
}
