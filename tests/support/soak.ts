/** Whether `deno task soak` runs the tests, in the long form of those that have one. */
export const IS_SOAK = Deno.env.get("RCC_OCI_SOAK") === "1";
