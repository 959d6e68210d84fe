import assert from "node:assert/strict";
import { join } from "node:path";
import { anchorsOf, readPages, ROOT, target, withoutCode } from "./pages.ts";

for (const { path, text } of readPages()) {
  Deno.test(`every link of ${path} leads somewhere`, async () => {
    const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
    const broken: string[] = [];
    for (const link of links) {
      if (/^https?:/.test(link)) {
        if (!URL.canParse(link)) broken.push(`${link}: no address`);
        continue;
      }
      const [file = "", anchor] = link.split("#");
      const to = target(path, file);
      const there = await Deno.stat(join(ROOT, to)).catch(() => undefined);
      if (there === undefined) broken.push(`${link}: no file ${to}`);
      else if (anchor !== undefined && !there.isDirectory) {
        const anchors = anchorsOf(await Deno.readTextFile(join(ROOT, to)));
        if (!anchors.has(anchor)) broken.push(`${link}: ${to} has no such title`);
      }
    }
    assert.deepEqual(broken, []);
  });
}

Deno.test("every file of the sources that a page names is there", async () => {
  const named = readPages().flatMap(({ path, text }) =>
    [...text.matchAll(/`((?:src|tests|scripts)\/[\w./-]+)`/g)].map(([, file]) => ({
      path,
      file: file!,
    }))
  );
  assert.ok(named.length > 20, `found ${named.length} names`);
  const absent: string[] = [];
  for (const { path, file } of named) {
    await Deno.stat(join(ROOT, file)).catch(() => absent.push(`${path}: ${file}`));
  }
  assert.deepEqual(absent, []);
});

Deno.test("README.md leads to every page of docs", () => {
  const pages = readPages();
  const readme = pages.find(({ path }) => path === "README.md")!.text;
  const missing = pages.map(({ path }) => path)
    .filter((path) => path.startsWith("docs/") && !readme.includes(`](${path})`));
  assert.deepEqual(missing, [], 'README.md, "Documents": a line for each page of docs');
});

Deno.test("anchorsOf() names titles as GitHub does", () => {
  const text = "# A `code` title, really\n## base/c-library\n```\n# no title\n```\n";
  assert.deepEqual([...anchorsOf(text)], ["a-code-title-really", "basec-library"]);
});
