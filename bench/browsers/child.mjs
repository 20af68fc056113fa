/** Talks to the origin's process: one promise a command. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Starts the origin's process; `call(command, args)` resolves with its answer. */
export function startOriginProcess() {
  const child = fork(fileURLToPath(new URL('./origin-child.mjs', import.meta.url)), [], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const pending = new Map();
  let nextId = 0;
  const failAll = () => {
    for (const { reject } of pending.values()) reject(new Error('the origin process ended'));
    pending.clear();
  };
  child.on('message', ({ id, result, error }) => {
    const { resolve, reject } = pending.get(id);
    pending.delete(id);
    if (error) reject(new Error(error));
    else resolve(result);
  });
  child.on('exit', failAll);
  return {
    pid: child.pid,
    call: (command, args = {}) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        pending.set(id, { resolve, reject });
        child.send({ id, command, args });
      }),
    stop: () => child.kill('SIGTERM'),
  };
}
