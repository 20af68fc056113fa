/** What every clock must do. */
import type { Clock } from '../ports/clock.js';
import { type ContractCase, expect, expectEqual, until } from './contract-case.js';

export interface ClockFixture {
  readonly clock: Clock;
  wait(ms: number): Promise<void>;
}

export const clockContract: readonly ContractCase<ClockFixture>[] = [
  {
    name: 'runs what is due, once and never early, and not what was undone',
    async run({ clock, wait }) {
      const began = clock.now();
      const ran: number[] = [];
      clock.after(30, () => ran.push(clock.now() - began));
      clock.after(10, () => ran.push(-1))();
      await until(wait, () => ran.length > 0, 'the alarm rings');
      await wait(60);
      expectEqual(ran.length, 1, 'alarms');
      expect((ran[0] ?? 0) >= 29, `not early: ${ran[0]}`);
      expect(clock.now() >= began + 29, 'time has passed');
    },
  },
];
