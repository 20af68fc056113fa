/** Bytes that many may hold together. */
export interface ByteBudget {
  /** Takes `bytes`, or nothing when so many are not left. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function createBudget(max: number): ByteBudget {
  let left = max;
  return {
    take: (bytes) => {
      if (bytes > left) return false;
      left -= bytes;
      return true;
    },
    give: (bytes) => {
      left += bytes;
    },
  };
}
