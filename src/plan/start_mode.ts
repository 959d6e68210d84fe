/** How a container of the image begins; docs/image.md has what each gives and takes. */
export const START_MODES = ["checked", "trusted", "sealed"] as const;

/**
 * - `checked`: RCC compares the environment with its catalog, and repairs it.
 * - `trusted`: RCC takes the environment as it is. It belongs to the robot's user, who may write there.
 * - `sealed`: as `trusted`, but all belongs to root, and any user can read it.
 */
export type StartMode = typeof START_MODES[number];

export function isStartMode(text: string): text is StartMode {
  return START_MODES.some((mode) => mode === text);
}
