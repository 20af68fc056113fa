/** `shoal token`: keys of tokens, and tokens, for edges that let nobody in without one. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { ShoalError } from '@shoal/core/errors';
import {
  createTokenKey,
  type KeySet,
  mintCat,
  mintJwt,
  publicJwks,
  readJwks,
  readKeySet,
  TOKEN_KEYS_MAX,
  type TokenKey,
  urlWithToken,
} from '@shoal/server';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readSpan } from './option-values.js';

export function addToken(program: Command): void {
  const token = program
    .command('token')
    .summary('keys and tokens for edges that need one')
    .description(
      `Tokens for "shoal edge --token-keys": each names what may be watched, until when, and from
where. They are JSON Web Tokens or Common Access Tokens, so any site can make them with a library of
its own language.`,
    )
    .addHelpText('after', EXAMPLES);
  addKey(token);
  addPublic(token);
  addMint(token);
  for (const command of token.commands) command.exitOverride().addHelpText('after', EXAMPLES);
}

function addKey(token: Command): void {
  token
    .command('key')
    .argument('<file>', 'the key file; made when it is not there, added to when it is')
    .summary('add a new key to a file')
    .option('--id <name>', 'how tokens name it (today, and a number)')
    .option('--hmac', 'a shared secret instead of an Ed25519 pair: edges could make tokens too')
    .action((file: string, values: { readonly id?: string; readonly hmac?: boolean }) => {
      const keys = existsSync(file) ? readJwks(textOf(file), file) : [];
      const taken = new Set(keys.map(({ kid }) => kid));
      const id = values.id ?? freeName(taken);
      if (taken.has(id)) throw problem(`${file} has a key "${id}" already`);
      if (keys.length >= TOKEN_KEYS_MAX) {
        throw problem(`${file} has ${TOKEN_KEYS_MAX} keys; take out those that no token names`);
      }
      const fresh = createTokenKey(values.hmac === true ? 'hmac' : 'ed25519', id);
      writeSecret(file, { keys: [...keys, fresh] });
      process.stdout.write(`key ${id} is in ${file}; keep that file secret\n`);
    });
}

function addPublic(token: Command): void {
  token
    .command('public')
    .argument('<file>', 'the key file')
    .summary('print what edges need: the public halves')
    .action((file: string) => {
      const keys = publicJwks(readJwks(textOf(file), file));
      if (keys === undefined) {
        throw problem(`${file} has a shared secret, which has no public half; give edges the file`);
      }
      process.stdout.write(`${JSON.stringify({ keys }, undefined, 2)}\n`);
    });
}

interface MintValues {
  readonly keys: string;
  readonly key?: string;
  readonly path: readonly string[];
  readonly for: number;
  readonly net: readonly string[];
  readonly cat?: boolean;
  readonly url?: string;
  readonly form: 'path' | 'query' | 'cookie';
}

function addMint(token: Command): void {
  token
    .command('mint', { isDefault: true })
    .summary('print a token, or an address with it')
    .requiredOption('--keys <file>', 'the key file')
    .option('--key <id>', 'the key to sign with (the last in the file)')
    .requiredOption('--path <path>', 'a folder with its slash, or one object; again for more', add)
    .addOption(
      new Option('--for <time>', 'how long it is valid')
        .default(14_400_000, '4h')
        .argParser(readLife),
    )
    .option('--net <network>', 'viewers of this network only; again for more', add, [])
    .option('--cat', 'a Common Access Token instead of a JSON Web Token')
    .option('--url <url>', 'print this address with the token in it')
    .addOption(
      new Option('--form <form>', 'where the token goes in an address')
        .choices(['path', 'query', 'cookie'])
        .default('path'),
    )
    .action(async (values: MintValues) => {
      const key = signer(readKeySet(textOf(values.keys), values.keys), values);
      const untilSec = Math.floor((Date.now() + values.for) / 1000);
      const order = { paths: values.path, networks: values.net, untilSec };
      const made = values.cat === true ? mintCat(order, key) : await mintJwt(order, key);
      process.stdout.write(`${shown(made, values)}\n`);
    });
}

function shown(token: string, { url, form }: MintValues): string {
  if (form === 'cookie') return `shoal-token=${token}; Path=/; Secure; HttpOnly`;
  return url === undefined ? token : urlWithToken(url, token, form);
}

function signer(keys: KeySet, { key: id, keys: file }: MintValues): TokenKey {
  const key = id === undefined ? [...keys.values()].at(-1) : keys.get(id);
  if (key !== undefined) return key;
  throw problem(`${file} has no key "${id}"; it has ${[...keys.keys()].join(', ')}`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const none = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const hint = `make one with: shoal token key ${file}`;
    throw problem(none ? `there is no file ${file}; ${hint}` : `${file} cannot be read`);
  }
}

function writeSecret(file: string, value: unknown): void {
  try {
    writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
    chmodSync(file, 0o600);
  } catch (error) {
    throw problem(`${file} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** Today, and a number when there is one of today already. */
function freeName(taken: ReadonlySet<string>): string {
  const today = new Date().toISOString().slice(0, 10);
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? today : `${today}.${count}`;
    if (!taken.has(name)) return name;
  }
}

function readLife(text: string): number {
  const days = /^(\d{1,3})\s*d(?:ays?)?$/.exec(text)?.[1];
  const ms = days === undefined ? readSpan(text) : Number(days) * 86_400_000;
  if (ms > 0) return ms;
  throw new InvalidArgumentError('A time is written such as 4h or 2d.');
}

function add(one: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), one];
}

function problem(why: string): ShoalError {
  return new ShoalError('server/config', why);
}

const EXAMPLES = `
Examples:
  shoal token key tokens.json                       a key pair; tokens.json stays with the publisher
  shoal token public tokens.json > edge-keys.json   what edges need
  shoal edge --origin https://media.example.org --token-keys edge-keys.json
  shoal token mint --keys tokens.json --path /live/final/ --for 3h
  shoal token mint --keys tokens.json --path /live/ --url https://edge.example.org/live/index.m3u8
  shoal token mint --keys tokens.json --path /vod/ --net 192.0.2.0/24 --cat --form cookie

To change keys: add one ("shoal token key"), give edges the new file, mint with it, and take the old
one out once its last token has expired. Edges read their file again when it changes.
`;
