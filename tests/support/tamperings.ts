import { baseOf, layerOf } from "./bases.ts";
import { blobPath, changeImage, readImage, replaceConfig } from "./change_image.ts";
import { changeContent, changeEntry, changeLayer, fileEntry } from "./change_layer.ts";
import { LAYERS_LABEL } from "../../src/plan/mod.ts";
import { elfOf } from "./elf_of.ts";
import type { SceneFiles } from "./robot_scene.ts";
import { COMMON_CONFIG } from "./write_layout.ts";

/** A shell that nobody starts, in the first of two layers, so that these can change places. */
export async function verifiedBase(): Promise<string> {
  return await baseOf({
    layers: [
      layerOf([
        { path: "bin", type: "5" },
        { path: "bin/sh", mode: 0o755, content: elfOf({}) },
        { path: "etc", type: "5" },
        { path: "etc/group", content: "root:x:0:\n" },
        { path: "etc/passwd", content: "root:x:0:0:root:/root:/bin/sh\n" },
        { path: "tmp", type: "5", mode: 0o1777 },
        { path: "usr", type: "5" },
      ]),
      layerOf([{ path: "etc", type: "5" }, { path: "etc/motd", content: "welcome\n" }]),
    ],
    config: { ...COMMON_CONFIG, Labels: { vendor: "acme" } },
  });
}

/** As much of an environment as has records, which say when it was built. */
export function environmentOf(build: string, version = "1"): (stage: string) => SceneFiles {
  const packages = "lib/python3.11/site-packages";
  return (stage) => ({
    "bin/hello": `#!/bin/sh\necho hello from ${stage} "$@"\n`,
    "bin/hi": { symlink: "hello" },
    [`${packages}/demo/__init__.py`]: `VERSION = ${version}\n`,
    [`${packages}/demo-1.0.dist-info/METADATA`]:
      "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n",
    [`${packages}/demo-1.0.dist-info/RECORD`]: `demo/__init__.py,,\n../../../tmp/${build}.pyc,,\n`,
    "rcc_activate.json": JSON.stringify({ PATH: `${stage}/bin:/bin`, SHLVL: build }),
    "conda-meta/history": `==> ${build} <==\n`,
    "conda-meta/tinyenv-1.0-0.json": JSON.stringify({
      ...{ name: "tinyenv", version: "1.0", build: "0", files: ["bin/hello"] },
      ...{ extracted_package_dir: stage, timestamp: build },
    }),
  });
}

const HOME = "home/dev/.robocorp/holotree/dc4d952_5a1fac3_9fcd2534";
const PACKAGES = `${HOME}/lib/python3.11/site-packages`;
const ENVIRONMENT = "rcc-oci: environment 95867f930bb13171: ";
const LABEL = "org.opencontainers.image";

const text = (content: string) => () => new TextEncoder().encode(content);

/** Something that somebody does to an image. */
export interface Tampering {
  /** Does it to the only image of a layout. Its digests are right afterwards. */
  tamper(layout: string): Promise<void>;
  /** How it is named, on one of the lines. */
  readonly said: RegExp;
}

/** What the images of {@linkcode environmentOf} on {@linkcode verifiedBase} may suffer. */
export const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  "a byte in a package": {
    tamper: (layout) =>
      changeLayer(
        layout,
        `${ENVIRONMENT}demo`,
        changeContent(`${PACKAGES}/demo/__init__.py`, text("VERSION = 2\n")),
      ),
    said:
      /^ {2}layer 6 \(environment \w+: demo\), ".*\/demo\/__init__\.py": byte 10 is 0x32, built 0x31$/m,
  },
  "a byte of rcc": {
    tamper: (layout) =>
      changeLayer(
        layout,
        "rcc-oci: rcc",
        changeContent("usr/local/bin/rcc", (bytes) => bytes.with(1000, bytes[1000]! ^ 0xff)),
      ),
    said:
      /^ {2}layer 3 \(rcc and its user\), "\/usr\/local\/bin\/rcc": byte 1000 is 0x\w\w, built 0x\w\w$/m,
  },
  "a longer file of the robot": {
    tamper: (layout) =>
      changeLayer(
        layout,
        "rcc-oci: robot",
        changeContent("home/robot/app/robot.yaml", (bytes) => new Uint8Array([...bytes, 0x0a])),
      ),
    said:
      /^ {2}layer \d+ \(robot "robot"\), "\/home\/robot\/app\/robot\.yaml": byte \d+ is 0x0a, built the end$/m,
  },
  "an added file": {
    tamper: (layout) =>
      changeLayer(layout, ENVIRONMENT, (all) => [...all, fileEntry(`${HOME}/x.pth`, "import x")]),
    said: /^ {2}layer 4 \(.*: interpreter\), ".*\/x\.pth": a file in the image alone$/m,
  },
  "a removed file": {
    tamper: (layout) =>
      changeLayer(
        layout,
        "rcc-oci: robot",
        (all) => all.filter(({ path }) => !path.endsWith("conda.yaml")),
      ),
    said: /^ {2}layer 10 .*, "\/home\/robot\/app\/conda\.yaml": not in the image, built a file$/m,
  },
  "a mode": {
    tamper: (layout) =>
      changeLayer(layout, "rcc-oci: rcc", changeEntry("usr/local/bin/rcc", { mode: 0o4755 })),
    said: /^ {2}layer 3 .*, "\/usr\/local\/bin\/rcc": mode 4755, built 0755$/m,
  },
  "an owner": {
    tamper: (layout) =>
      changeLayer(
        layout,
        "rcc-oci: rcc",
        changeEntry("usr/local/bin/rcc", { owner: { uid: 1000, gid: 0 } }),
      ),
    said: /^ {2}layer 3 .*, "\/usr\/local\/bin\/rcc": owner 1000:0, built 0:0$/m,
  },
  "a time": {
    tamper: (layout) =>
      changeLayer(layout, "rcc-oci: robot", changeEntry("home/robot/app/robot.yaml", { mtime: 1 })),
    said: /^ {2}layer 10 .*, "\/home\/robot\/app\/robot\.yaml": mtime 1, built 315532800$/m,
  },
  "where a link leads": {
    tamper: (layout) =>
      changeLayer(layout, ENVIRONMENT, changeEntry(`${HOME}/bin/hi`, { target: "/tmp/x" })),
    said: /^ {2}layer 4 .*, ".*\/bin\/hi": target "\/tmp\/x", built hello$/m,
  },
  "a whiteout": {
    tamper: (layout) =>
      changeLayer(layout, "rcc-oci: robot", (all) => [...all, fileEntry("etc/.wh.motd", "")]),
    said: /^ {2}layer 10 .*, "\/etc\/\.wh\.motd": a file in the image alone$/m,
  },
  "a record, where the catalog says nothing of it": {
    tamper: (layout) =>
      changeLayer(
        layout,
        `${ENVIRONMENT}records`,
        changeContent(`${HOME}/conda-meta/history`, text("==> Sunday <==\n")),
      ),
    said: /^ {2}layer 8 .*, ".*\/conda-meta\/history": byte 4 is 0x53, built 0x4d$/m,
  },
  "the base": {
    tamper: (layout) =>
      changeLayer(layout, "base layer 1", changeContent("etc/motd", text("Welcome\n"))),
    said: /^ {2}layer 2 \(base layer 1\), "\/etc\/motd": byte 0 is 0x57, built 0x77$/m,
  },
  "a removed layer": {
    tamper: (layout) =>
      changeImage(layout, ({ manifest, config }) => {
        manifest.layers.splice(1, 1);
        config.rootfs.diff_ids.splice(1, 1);
        config.history.splice(1, 1);
      }),
    said: /^ {2}layer 2 \(base layer 1\): not in the image$/m,
  },
  "layers that changed places": {
    tamper: (layout) =>
      changeImage(layout, ({ manifest, config }) => {
        for (const list of [manifest.layers, config.rootfs.diff_ids, config.history]) {
          [list[0], list[1]] = [list[1], list[0]];
        }
      }),
    said: /^ {2}layer 2 \(base layer 0\): at another place among the layers$/m,
  },
  "a repeated layer": {
    tamper: (layout) =>
      changeImage(layout, ({ manifest, config }) => {
        for (const list of [manifest.layers, config.rootfs.diff_ids, config.history]) {
          list.push(list[0]);
        }
      }),
    said: /^ {2}layer 11 \(base layer 0\): in the image alone$/m,
  },
  "what it starts": {
    tamper: (layout) =>
      changeImage(layout, ({ config }) => void config.config.Entrypoint.unshift("/bin/sh")),
    said:
      /^ {2}config: config\.Entrypoint: \["\/bin\/sh","\/usr\/local\/bin\/rcc",.*\], built \["\/usr/m,
  },
  "a variable": {
    tamper: (layout) =>
      changeImage(layout, ({ config }) => void config.config.Env.push("LD_PRELOAD=/tmp/x.so")),
    said: /^ {2}config: config\.Env\["LD_PRELOAD"\]: "\/tmp\/x\.so", built none$/m,
  },
  "the user": {
    tamper: (layout) => changeImage(layout, ({ config }) => void (config.config.User = "0:0")),
    said: /^ {2}config: config\.User: "0:0", built "1000:1000"$/m,
  },
  "a field that a build has not": {
    tamper: (layout) =>
      changeImage(
        layout,
        ({ config }) => void (config.config.Healthcheck = { Test: ["CMD", "/tmp/x"] }),
      ),
    said: /^ {2}config: config\.Healthcheck\.Test: \["CMD","\/tmp\/x"\], built none$/m,
  },
  "an added label": {
    tamper: (layout) =>
      changeImage(layout, ({ config }) => void (config.config.Labels.trusted = "yes")),
    said: /^ {2}config: config\.Labels\.trusted: "yes", built none$/m,
  },
  "a changed label": {
    tamper: (layout) =>
      changeImage(layout, ({ config }) => void (config.config.Labels[`${LABEL}.title`] = "x")),
    said:
      /^ {2}config: config\.Labels\["org\.opencontainers\.image\.title"\]: "x", built "robot"$/m,
  },
  "the digest of the base": {
    tamper: (layout) =>
      changeImage(layout, ({ config }) => {
        config.config.Labels[`${LABEL}.base.digest`] = `sha256:${"0".repeat(64)}`;
      }),
    said:
      /^ {2}config: config\.Labels\["org\.opencontainers\.image\.base\.digest"\]: "sha256:0+", built/m,
  },
  "a layer that is not what the config says": {
    async tamper(layout) {
      const { config } = await readImage(layout);
      await changeLayer(layout, "base layer 1", changeContent("etc/motd", text("Welcome\n")));
      await changeImage(layout, (image) => void (image.config.rootfs = config.rootfs));
    },
    said: /^ {2}layer 2 \(base layer 1\), "\/etc\/motd": byte 0 is 0x57, built 0x77$/m,
  },
  "a diffId that is none": {
    tamper: (layout) =>
      changeImage(layout, ({ config }) => {
        const { Labels } = config.config;
        const none = `sha256:${"0".repeat(64)}`;
        Labels[LAYERS_LABEL] = Labels[LAYERS_LABEL].replace(config.rootfs.diff_ids[3], none);
        config.rootfs.diff_ids[3] = none;
      }),
    said: /^ {2}config: rootfs\.diff_ids\[3\]: "sha256:0+", built "sha256:\w+"$/m,
  },
  "the order of a text": {
    tamper: (layout) =>
      changeImage(layout, ({ config }) => {
        const { created } = config;
        delete config.created;
        config.created = created;
      }),
    said: /^ {2}config: its JSON is not as it was built$/m,
  },
  "a text in which one name stands twice": {
    async tamper(layout) {
      const { manifest } = await readImage(layout);
      const old = await Deno.readTextFile(blobPath(layout, manifest.config.digest));
      await replaceConfig(layout, old.replace('"User":', '"User":"0:0","User":'));
    },
    said: /^ {2}config: its JSON is not as it was built$/m,
  },
  "an annotation": {
    tamper: (layout) =>
      changeImage(layout, ({ manifest }) => void (manifest.annotations[`${LABEL}.source`] = "x")),
    said: /^ {2}manifest: annotations\["org\.opencontainers\.image\.source"\]: "x", built none$/m,
  },
  "the key of a layer": {
    tamper: (layout) =>
      changeImage(layout, ({ manifest }) => {
        manifest.layers[4].annotations["dev.rcc-oci.layer.key"] = "0".repeat(64);
      }),
    said:
      /^ {2}manifest: layers\[4\]\.annotations\["dev\.rcc-oci\.layer\.key"\]: "0+", built "\w+"$/m,
  },
};
