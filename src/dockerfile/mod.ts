/**
 * An image as a Dockerfile that docker, BuildKit and buildah build. Pure: a plan becomes a
 * text, in which every value stands so that none can become an instruction.
 *
 * ```ts
 * import { contextDockerfile } from "./mod.ts";
 *
 * const text = contextDockerfile({
 *   name: "hello",
 *   layers: [{ file: "robot.tar.gz", content: "The robot." }],
 *   config: { Env: ["PRICE=$5"], Entrypoint: ["/usr/local/bin/rcc"], Cmd: [] },
 * });
 * console.assert(text.includes('ADD ["robot.tar.gz", "/"]'));
 * console.assert(text.includes('ENV PRICE="\\$5"'));
 * ```
 *
 * @module
 */
export { contextDockerfile, type ContextLayer } from "./context_dockerfile.ts";
export { dockerignore } from "./dockerignore.ts";
export { plainDockerfile } from "./plain_dockerfile.ts";
