/**
 * The environment file of a robot in an image: the first of `environmentConfigs` that fits
 * linux_amd64, whatever the host, and exists. Undefined leaves it to `condaConfigFile`.
 */
export function chooseEnvironmentConfig(
  names: readonly string[],
  exists: (name: string) => boolean,
): string | undefined {
  return names.find((name) => isMeantForTarget(name) && exists(name));
}

const MARKER = "linux_amd64";

/**
 * Whether a file of `environmentConfigs` is for linux_amd64: a frozen one must say so, any other
 * must not name something else first.
 * Source: https://github.com/joshyorko/rcc/blob/v18.18.1/robot/robot.go (`availableEnvironmentConfigurations`)
 */
export function isMeantForTarget(name: string): boolean {
  const isFrozen = name.split("_").length - 1 > 2 || name.toLowerCase().includes("freeze");
  return (!isFrozen || name.includes(MARKER)) && namesNoOtherPlatform(name);
}

/**
 * Whether the first architecture and the first system that a text names, if any, are amd64 and
 * linux, in lower case: rcc finds `Linux` too, and then takes it for another system. It skips
 * scripts of `preRunScripts` by the same rule.
 */
export function namesNoOtherPlatform(text: string): boolean {
  return (/amd64|arm64/iu.exec(text)?.[0] ?? "amd64") === "amd64" &&
    (/windows|darwin|linux/iu.exec(text)?.[0] ?? "linux") === "linux";
}
