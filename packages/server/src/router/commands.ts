/** What an operator tells a router: drain an edge, take one back, how loaded one is. */
import type { Router, RouterInput } from '@shoal/core/router';
import { Ms } from '@shoal/core/units';
import * as v from 'valibot';
import type { Call, Route } from '../http/call.js';
import { readCommand } from '../http/command.js';
import { refuse, replyJson } from '../http/reply.js';

const ID = v.pipe(v.string(), v.maxLength(64));
const DRAIN = v.strictObject({ id: ID, on: v.boolean() });
const LOAD = v.strictObject({ id: ID, load: v.pipe(v.number(), v.minValue(0), v.maxValue(100)) });

export interface CommandsParts {
  readonly router: Router;
  readonly now: () => number;
  /** What an operator must show; undefined: whoever reaches this port may. */
  readonly token: string | undefined;
}

export function commandRoutes({ router, now, token }: CommandsParts): readonly Route[] {
  const known = (id: string): boolean => router.edges(Ms(now())).some((edge) => edge.id === id);
  const obey = (call: Call, read: (json: unknown) => RouterInput | undefined, hint: string) =>
    readCommand(call, token).then((command) => {
      if (command === undefined) return;
      const input = read(command.json);
      if (input === undefined || !('id' in input)) refuse(call, 400, `send JSON such as ${hint}`);
      else if (!known(input.id)) refuse(call, 404, 'there is no edge of this id');
      else {
        router.step(Ms(now()), input);
        replyJson(call, { edges: router.edges(Ms(now())) });
      }
    });
  return [
    {
      at: 'api/drain',
      post: true,
      cors: false,
      handle: (call) => obey(call, drainOf, '{"id": "oslo-1", "on": true}'),
    },
    {
      at: 'api/load',
      post: true,
      cors: false,
      handle: (call) => obey(call, loadOf, '{"id": "oslo-1", "load": 0.5}'),
    },
  ];
}

function drainOf(json: unknown): RouterInput | undefined {
  const read = v.safeParse(DRAIN, json);
  return read.success ? { type: 'drain', ...read.output } : undefined;
}

function loadOf(json: unknown): RouterInput | undefined {
  const read = v.safeParse(LOAD, json);
  return read.success ? { type: 'load', ...read.output } : undefined;
}
