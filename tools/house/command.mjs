/** Runs programs: shown on the terminal, or captured. */
import { spawn } from 'node:child_process';
import { ROOT } from './root.mjs';

/**
 * Runs a program to its end and gives its exit code and what it printed.
 * `show` passes its output through instead; a program that cannot start has code 127.
 */
export function run(program, args, { show = false, env, cwd = ROOT } = {}) {
  return new Promise((done) => {
    const stdio = show ? 'inherit' : ['ignore', 'pipe', 'pipe'];
    const child = spawn(program, args, { cwd, stdio, env: { ...process.env, ...env } });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => done({ code: 127, output: String(error.message) }));
    child.on('close', (code, signal) => done({ code: code ?? (signal ? 1 : 0), output }));
  });
}

/** Runs a JavaScript file of an installed package with this Node.js. */
export function runNode(script, args, options) {
  return run(process.execPath, [script, ...args], options);
}
