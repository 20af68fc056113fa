/** Filled by its own commits. */
export {};
