/** CPU of process trees and of the whole machine, from /proc. */

import { readdirSync, readFileSync } from 'node:fs';

// USER_HZ is 100 on every Linux that Node runs on.
const TICKS_PER_SEC = 100;

/** CPU seconds of the trees under `roots`, children that ended and were waited for included. */
export function cpuSeconds(roots) {
  const all = processTable();
  let ticks = 0;
  for (const pid of descend(all, roots)) ticks += all.get(pid).ticks;
  return ticks / TICKS_PER_SEC;
}

/** Direct children of a process. */
export function childrenOf(pid) {
  return [...processTable()].filter(([, { parent }]) => parent === pid).map(([child]) => child);
}

function descend(all, roots) {
  const tree = new Set(roots.filter((pid) => all.has(pid)));
  let size;
  do {
    size = tree.size;
    for (const [pid, { parent }] of all) if (tree.has(parent)) tree.add(pid);
  } while (tree.size > size);
  return tree;
}

function processTable() {
  const table = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      table.set(Number(name), parseStat(readFileSync(`/proc/${name}/stat`, 'latin1')));
    } catch {
      // It ended between the listing and the read.
    }
  }
  return table;
}

/** Parent and CPU ticks (own, and of waited-for children) of a line of /proc/PID/stat. */
export function parseStat(line) {
  // The name may hold spaces and parentheses; the fields start behind the last one.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parent: Number(fields[1]), ticks };
}

/** Samples how busy the machine is; `stop()` gives the share of each sample that was not idle. */
export function watchMachine(everyMs = 500) {
  const busy = [];
  let last = machineTicks();
  const timer = setInterval(() => {
    const now = machineTicks();
    const all = now.all - last.all;
    if (all > 0) busy.push(1 - (now.idle - last.idle) / all);
    last = now;
  }, everyMs);
  return {
    stop() {
      clearInterval(timer);
      return busy;
    },
  };
}

function machineTicks() {
  const [line] = readFileSync('/proc/stat', 'latin1').split('\n');
  const fields = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { all: fields.reduce((sum, n) => sum + n, 0), idle: fields[3] + fields[4] };
}
