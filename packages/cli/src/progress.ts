/** A progress bar with the time that is left; silent where nobody watches. */

export interface Progress {
  /** `done` from 0 to 1. */
  show(done: number): void;
  clear(): void;
}

export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export function createProgress(
  title: string,
  screen: Screen = process.stderr,
  now: () => number = () => performance.now(),
): Progress {
  const began = now();
  let shownAt = Number.NEGATIVE_INFINITY;
  if (screen.isTTY !== true) return { show() {}, clear() {} };
  return {
    show(done) {
      if (now() - shownAt < PAUSE_MS) return;
      shownAt = now();
      screen.write(`\r${title}  ${bar(done)}  ${left(done, now() - began)}${ERASE}`);
    },
    clear: () => void screen.write(`\r${ERASE}`),
  };
}

function bar(done: number): string {
  const full = Math.round(done * WIDTH);
  const percent = `${Math.floor(100 * done)} %`.padStart(5);
  return `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${percent}`;
}

/** As if the rest went as fast as what is done. */
function left(done: number, elapsedMs: number): string {
  if (done <= 0 || elapsedMs < SETTLED_MS) return '';
  const seconds = Math.ceil(((elapsedMs / done) * (1 - done)) / 1000);
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return minutes > 0 ? `${minutes} min ${rest} s left` : `${rest} s left`;
}

const WIDTH = 30;
/** Between two drawings. */
const PAUSE_MS = 100;
/** Before this the speed is anybody's guess. */
const SETTLED_MS = 1_000;
/** To the end of the line. */
const ERASE = '\x1b[K';
