import { spaceLayout } from "../holotree/mod.ts";
import { IMAGE_PATHS } from "./paths.ts";

/** Facts that ROBOCORP_HOME follows from. */
export interface RobocorpHomeFacts {
  readonly sealed: boolean;
  /** Where the environment was recorded; none for a shell robot. */
  readonly catalogPath?: string | undefined;
}

/** A sealed rcc looks for its spaces in ROBOCORP_HOME alone, and the catalog says where they must be. */
export function imageRobocorpHome({ sealed, catalogPath }: RobocorpHomeFacts): string {
  if (!sealed || catalogPath === undefined) return IMAGE_PATHS.robocorpHome;
  const layout = spaceLayout(catalogPath, { home: "", robocorpHome: "" });
  if (layout.shared || !layout.holotree.endsWith("/holotree")) return IMAGE_PATHS.robocorpHome;
  return layout.holotree.slice(0, -"/holotree".length) || "/";
}
