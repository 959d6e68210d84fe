import type {
  Comparison,
  Difference,
  EntryDifference,
  FieldDifference,
  LayerDifference,
  LayerPlace,
} from "../compare/mod.ts";
import { printable } from "./printable.ts";

/** What an image was found to be, beside the one that was built in its stead. */
export interface ComparisonToRender extends Comparison {
  readonly image: string;
  /** Of the image, and of that which was built. */
  readonly digest: string;
  readonly built: string;
  readonly base: { readonly name: string; readonly digest?: string };
  /** RFC 3339. */
  readonly created: string;
  /** Options of the build that were taken from the image. */
  readonly options: readonly string[];
}

const INDENT = 9;
/** As many as somebody reads: `--json` has all of them. */
const MOST_LINES = 20;

/** What was compared, the verdict, and where the images differ. */
export function renderComparison(verification: ComparisonToRender): readonly string[] {
  const { image, digest, base, created, options, differences, repacked } = verification;
  const all = [
    ...firstOfLayers(differences),
    ...renderRecords(verification),
    ...repacked.map((layer) => `${renderLayer(layer)}: packed otherwise, its content is the same`),
  ];
  return [
    line("Image", image),
    line("Digest", digest),
    line("Base", base.digest === undefined ? base.name : `${base.name}, ${base.digest}`),
    line("Made", created),
    line("Options", options.join(" ")),
    "",
    verdictOf(verification),
    ...all.slice(0, MOST_LINES).map((text) => `  ${text}`),
    ...(all.length > MOST_LINES ? [`  and ${all.length - MOST_LINES} more`] : []),
  ];
}

function line(title: string, text: string): string {
  return `${title.padEnd(INDENT)}${printable(text)}`;
}

function verdictOf(
  { verdict, differences, built, records, repacked, isOtherManifest }: ComparisonToRender,
): string {
  if (verdict === "identical") return "identical: what was built has the same bytes";
  if (verdict === "different") {
    const count = differences.length === 1 ? "1 difference" : `${differences.length} differences`;
    return `different: ${count} from what was built, ${built}`;
  }
  const reasons = [
    ...(records.length === 0 ? [] : ["records of the environment, which was built anew"]),
    ...(repacked.length === 0 && records.length > 0 && !isOtherManifest
      ? []
      : ["how it was packed"]),
  ];
  return `equivalent: what was built, ${built}, has the same content, but for ${
    reasons.join(" and ")
  }`;
}

/** Beside what differs otherwise nobody needs to know which they are. */
function renderRecords({ verdict, records }: ComparisonToRender): readonly string[] {
  // What is called by its content follows from these.
  const written = records.filter(({ what }) => what === "content");
  if (verdict === "different" && written.length > 0) {
    return [`${written.length} records of the environment, as at every build`];
  }
  return written.map((record) => `${renderDifference(record)}, as at every build`);
}

/** Of a layer the first entry is enough to be read. */
function firstOfLayers(differences: readonly Difference[]): readonly string[] {
  const layers = Map.groupBy(
    differences.filter((one) => one.kind === "entry"),
    ({ layer }) => layer.number,
  );
  return differences.flatMap((difference) => {
    if (difference.kind !== "entry") return [renderDifference(difference)];
    const [first, ...others] = layers.get(difference.layer.number)!;
    if (first !== difference) return [];
    const more = others.length === 0 ? "" : `, and ${others.length} more in this layer`;
    return [`${renderDifference(first)}${more}`];
  });
}

function renderDifference(difference: Difference): string {
  switch (difference.kind) {
    case "field":
      return renderField(difference);
    case "layer":
      return `${renderLayer(difference.layer)}: ${LAYER_PROBLEMS[difference.problem]}`;
    case "entry":
      return renderEntry(difference);
  }
}

const LAYER_PROBLEMS: Readonly<Record<LayerDifference["problem"], string>> = {
  added: "in the image alone",
  missing: "not in the image",
  moved: "at another place among the layers",
};

function renderField({ document, field, ...sides }: FieldDifference): string {
  const place = field === "" ? document : `${document}: ${printable(field)}`;
  if (field === "") return `${place}: its JSON is not as it was built`;
  if (!("built" in sides)) return `${place}: ${jsonOf(sides.image)}, built none`;
  if (!("image" in sides)) return `${place}: none, built ${jsonOf(sides.built)}`;
  return `${place}: ${jsonOf(sides.image)}, built ${jsonOf(sides.built)}`;
}

const LONGEST_VALUE = 160;

function jsonOf(value: unknown): string {
  const text = printable(JSON.stringify(value) ?? "none");
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}

function renderEntry({ layer, path, what, image, built, byte }: EntryDifference): string {
  const place = what === "tar"
    ? renderLayer(layer)
    : `${renderLayer(layer)}, ${printable(JSON.stringify(`/${path}`))}`;
  if (what === "added") return `${place}: a ${image} in the image alone`;
  if (what === "missing") return `${place}: not in the image, built a ${built}`;
  if (what !== "content" && what !== "tar") {
    return `${place}: ${what} ${quoted(image)}, built ${quoted(built)}`;
  }
  const of = what === "tar" ? "of its tar" : "";
  if (byte === undefined) return `${place}: another content`;
  return [`${place}: byte ${byte.at}`, of, `is ${hex(byte.image)}, built ${hex(byte.built)}`]
    .filter(Boolean).join(" ");
}

function quoted(text = ""): string {
  return /^[\w:.-]+$/.test(text) ? text : printable(JSON.stringify(text));
}

function hex(byte: number | undefined): string {
  return byte === undefined ? "the end" : `0x${byte.toString(16).padStart(2, "0")}`;
}

const LONGEST_TITLE = 60;

function renderLayer({ number, createdBy }: LayerPlace): string {
  const title = printable(createdBy?.replace("rcc-oci: ", "") ?? "");
  const short = title.length <= LONGEST_TITLE ? title : `${title.slice(0, LONGEST_TITLE)}…`;
  return `layer ${number}${short === "" ? "" : ` (${short})`}`;
}
