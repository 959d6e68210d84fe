import { spaceLayout } from "../holotree/mod.ts";
import { IMAGE_PATHS } from "./paths.ts";
import type { StartMode } from "./options.ts";

/** Facts that ROBOCORP_HOME follows from. */
export interface RobocorpHomeFacts {
  readonly start: StartMode;
  /** Where the environment was recorded; none for a shell robot. */
  readonly catalogPath?: string | undefined;
}

/**
 * An rcc that takes the environment as it is looks for it in ROBOCORP_HOME alone, and the catalog
 * says where it must be.
 */
export function imageRobocorpHome({ start, catalogPath }: RobocorpHomeFacts): string {
  if (start === "checked" || catalogPath === undefined) return IMAGE_PATHS.robocorpHome;
  const layout = spaceLayout(catalogPath, { home: "", robocorpHome: "" });
  if (layout.shared || !layout.holotree.endsWith("/holotree")) return IMAGE_PATHS.robocorpHome;
  return layout.holotree.slice(0, -"/holotree".length) || "/";
}
