/** Where viewers are: a file of networks and places, longest prefix first. */
import { type Address, type Network, readNetwork } from '../access/index.js';
import { ShoalError } from '../errors/index.js';

/** Networks of one file. */
export const PREFIXES_MAX = 1_000_000;

/** Longest name of a place. */
export const PLACE_CHARS_MAX = 64;

/** Finds the place of an address. */
export interface PrefixTable {
  placeOf(address: Address): string | undefined;
  readonly size: number;
}

/**
 * Reads lines such as `192.0.2.0/24 oslo`; `#` begins a comment. Throws `server/config` with the
 * line that is wrong. Of two lines with one network the last counts.
 */
export function readPrefixes(text: string, where: string): PrefixTable {
  const tables = new Map<string, Map<string, string>>();
  let size = 0;
  for (const [at, line] of text.split('\n').entries()) {
    const [network, place, more] = line.replace(/#.*$/, '').trim().split(/\s+/);
    if (network === undefined || network === '') continue;
    const read = readNetwork(network);
    if (read === undefined) throw wrong(where, at, `"${network.slice(0, 64)}" is no network`);
    if (place === undefined || more !== undefined || !PLACE.test(place)) {
      throw wrong(where, at, 'a network is followed by the name of one place');
    }
    size += 1;
    if (size > PREFIXES_MAX) throw wrong(where, at, `more than ${PREFIXES_MAX} networks`);
    put(tables, read, place);
  }
  return { placeOf: finder(tables), size };
}

function put(tables: Map<string, Map<string, string>>, network: Network, place: string): void {
  const name = `${network.address.length}/${network.bits}`;
  const table = tables.get(name) ?? new Map<string, string>();
  tables.set(name, table);
  table.set(keyOf(network.address, network.bits), place);
}

/** A look-up for each length of prefix that the file has, the longest first. */
function finder(tables: ReadonlyMap<string, ReadonlyMap<string, string>>): PrefixTable['placeOf'] {
  const widths = new Map<number, { bits: number; table: ReadonlyMap<string, string> }[]>();
  for (const [name, table] of tables) {
    const [width = 0, bits = 0] = name.split('/').map(Number);
    widths.set(width, [...(widths.get(width) ?? []), { bits, table }]);
  }
  for (const list of widths.values()) list.sort((a, b) => b.bits - a.bits);
  return (address) => {
    for (const { bits, table } of widths.get(address.length) ?? []) {
      const place = table.get(keyOf(address, bits));
      if (place !== undefined) return place;
    }
    return undefined;
  };
}

/** The first `bits` of an address as text. */
function keyOf(address: Address, bits: number): string {
  let key = '';
  for (let at = 0; at * 8 < bits; at += 1) {
    const mask = (0xff << (8 - Math.min(8, bits - at * 8))) & 0xff;
    key += String.fromCharCode((address[at] ?? 0) & mask);
  }
  return key;
}

function wrong(where: string, at: number, why: string): ShoalError {
  return new ShoalError('server/config', `${where}:${at + 1}: ${why}`);
}

const PLACE = new RegExp(`^[A-Za-z0-9][\\w.-]{0,${PLACE_CHARS_MAX - 1}}$`);
