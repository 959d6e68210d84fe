import { parseReference, type Reference } from "../oci/mod.ts";

/** The robot folder's name, made valid, and the time: `<name>:20260131-120000`, in UTC. */
export function defaultTag(robotName: string, created: Date): Reference {
  const name = robotName.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 100)
    .replace(/-+$/, "");
  const [day, time] = created.toISOString().replace(/\.\d+Z$/, "").split("T");
  const tag = `${day!.replaceAll("-", "")}-${time!.replaceAll(":", "")}`;
  return parseReference(`${name || "robot"}:${tag}`);
}
