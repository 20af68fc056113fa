/** What a contract suite is made of: named cases that any test runner, or a page, can run. */
import { InvariantError } from '@shoal/core/errors';

export interface ContractCase<Fixture> {
  readonly name: string;
  /** Rejects when the port does not keep its contract. */
  run(fixture: Fixture): Promise<void>;
}

export function expect(holds: boolean, what: string): void {
  if (!holds) throw new InvariantError(`the port breaks its contract: ${what}`);
}

export function expectEqual(found: unknown, wanted: unknown, what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  expect(a === b, `${what}: found ${a}, wanted ${b}`);
}

/** Lets the world run until `holds`, or for about five seconds of its time. */
export async function until(
  wait: (ms: number) => Promise<void>,
  holds: () => boolean,
  what: string,
): Promise<void> {
  for (let turn = 0; turn < 250 && !holds(); turn++) await wait(20);
  expect(holds(), what);
}

/** `length` bytes that differ from place to place. */
export function pattern(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 7 + seed) & 255);
}
