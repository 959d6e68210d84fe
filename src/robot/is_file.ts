import { stat } from "node:fs/promises";

/** Whether rcc would take the path for a file: anything that is there and no folder. */
export async function isFile(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  return facts !== undefined && !facts.isDirectory();
}
