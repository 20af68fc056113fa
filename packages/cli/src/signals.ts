/** Signals that ask the process to end. */
export interface Signals {
  readonly first: Promise<void>;
  readonly heard: boolean;
  undo(): void;
}

/** Hears the first signal that asks to end; the second ends the process at once. */
export function listenForSignals(): Signals {
  let heard = false;
  let resolveFirst: () => void = () => {};
  const first = new Promise<void>((resolve) => {
    resolveFirst = resolve;
  });
  const signalled = (): void => {
    if (heard) process.exit(130);
    heard = true;
    resolveFirst();
  };
  for (const signal of SIGNALS) process.on(signal, signalled);
  const parent = watchParent(signalled);
  return {
    first,
    get heard() {
      return heard;
    },
    undo: () => {
      for (const signal of SIGNALS) process.off(signal, signalled);
      clearInterval(parent);
    },
  };
}

/** npm and npx run a command in a shell, which dies of a signal without passing it on. */
function watchParent(gone: () => void): NodeJS.Timeout | undefined {
  if (process.env.npm_command === undefined) return undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    gone();
  }, PARENT_LOOK_MS);
  return timer.unref();
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const PARENT_LOOK_MS = 500;
