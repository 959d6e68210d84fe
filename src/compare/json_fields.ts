import { isObject } from "../oci/mod.ts";
import type { FieldDifference } from "./difference.ts";

/** The leaves of a JSON value, by their places as a program would write them. */
export function jsonFields(value: unknown, place = ""): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  addFields(value, place, fields);
  return fields;
}

/** The fields in which two JSON values differ, those of the first one first. */
export function fieldDifferences(
  document: FieldDifference["document"],
  { image, built }: { readonly image: unknown; readonly built: unknown },
): readonly FieldDifference[] {
  const [ofImage, ofBuilt] = [jsonFields(image), jsonFields(built)];
  return [...new Set([...ofBuilt.keys(), ...ofImage.keys()])].flatMap((field) => {
    const [left, right] = [ofImage.get(field), ofBuilt.get(field)];
    if (JSON.stringify(left) === JSON.stringify(right)) return [];
    return [{
      kind: "field" as const,
      document,
      field,
      ...(ofImage.has(field) ? { image: left } : {}),
      ...(ofBuilt.has(field) ? { built: right } : {}),
    }];
  });
}

function addFields(value: unknown, place: string, fields: Map<string, unknown>): void {
  if (isObject(value) && Object.keys(value).length > 0) {
    for (const [key, member] of Object.entries(value)) {
      addFields(member, memberPlace(place, key), fields);
    }
  } else if (Array.isArray(value) && value.some(isObject)) {
    for (const [i, item] of value.entries()) addFields(item, `${place}[${i}]`, fields);
  } else if (isVariables(place, value)) {
    for (const variable of value) {
      const equals = variable.indexOf("=");
      const own = memberPlace(place, variable.slice(0, equals), true);
      let field = own;
      for (let count = 2; fields.has(field); count++) field = `${own} (${count})`;
      fields.set(field, variable.slice(equals + 1));
    }
  } else fields.set(place, value);
}

/** Of the variables each is looked at by itself. */
function isVariables(place: string, value: unknown): value is readonly string[] {
  return place === "config.Env" && Array.isArray(value) &&
    value.every((item) => typeof item === "string" && item.includes("="));
}

function memberPlace(place: string, key: string, isQuoted = false): string {
  if (isQuoted || !/^[A-Za-z_]\w*$/.test(key)) return `${place}[${JSON.stringify(key)}]`;
  return place === "" ? key : `${place}.${key}`;
}
