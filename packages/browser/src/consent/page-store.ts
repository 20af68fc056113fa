/** What this origin remembers: never a fault of ours, where a browser forbids storage or it is full. */

export interface PageStore {
  /** Empty when there is nothing. */
  read(key: string): string;
  /** Whether it is kept. */
  write(key: string, value: string): boolean;
}

/** `storage` gives the browser's own, and may throw as it may. */
export function createPageStore(storage: () => Pick<Storage, 'getItem' | 'setItem'>): PageStore {
  return {
    read(key) {
      try {
        return storage().getItem(key) ?? '';
      } catch {
        return '';
      }
    },
    write(key, value) {
      try {
        storage().setItem(key, value);
        return true;
      } catch {
        return false;
      }
    },
  };
}
