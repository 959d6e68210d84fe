/** The rcc that an image gets when neither the user nor the host's own rcc says which. */
export const DEFAULT_RCC_VERSION = "18.18.1";
