/** Integrity: what must hold between a record, its digests and its pieces. */
export {};
