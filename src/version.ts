/** The one place of the program's name and version. */
export const PROGRAM_NAME = "rcc-oci";
export const VERSION = "0.1.0";
