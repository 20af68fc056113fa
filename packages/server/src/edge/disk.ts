/**
 * The disk tier: complete answers in a folder, within a quota. A file is one object; its name has
 * the hash of its key and its size, so that the names are the index. Files appear under their name
 * when they are whole, and are checked when they are read.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { join } from 'node:path';
import { S3Fifo, worthWriting } from '@shoal/core/edge';
import { ShoalError } from '@shoal/core/errors';
import type { Log } from '../telemetry/log.js';
import { createBudget } from './budget.js';
import { createTurns } from './cache.js';
import { type DiskFile, readFile, writeFile } from './disk-file.js';
import { openPurgeBook, type PurgeBook } from './purge-book.js';

/** Bytes of objects that wait to be written; what comes then is not written. */
export const WRITE_QUEUE_BYTES_MAX = 32 * 1024 * 1024;

export interface DiskTier {
  /** Size of the object's file; undefined when it is not there. */
  sizeOf(key: string): number | undefined;
  /** The object exactly as it was written, or undefined. Never rejects. */
  read(key: string): Promise<DiskFile | undefined>;
  /** Writes an object that stays fresh for `freshMs`, if that is worth it, when there is time. */
  write(object: DiskFile, freshMs: number): void;
  /** It is not read again, not even after a restart. */
  remove(key: string): void;
  readonly bytes: number;
  readonly objects: number;
  /** False once the disk has failed: then it is left alone. */
  readonly on: boolean;
  /** What was purged of it, before this process too. */
  readonly purges: PurgeBook;
  /** Resolves when all that waits to be written is. */
  close(): Promise<void>;
}

export interface DiskParts {
  readonly folder: string;
  /** Bytes of files kept. */
  readonly bytesMax: number;
  readonly log: Log;
  /** What the disk does; another one in tests. */
  readonly io?: Pick<typeof files, 'readFile' | 'writeFile' | 'rename'>;
}

/** Finds what is in the folder. Throws one sentence when it cannot be used. */
export function openDisk(parts: DiskParts): DiskTier {
  try {
    return new Disk(parts);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    const hint = 'give --disk a folder that may be written';
    throw new ShoalError('server/config', `cannot use ${parts.folder} (${why}); ${hint}`, error);
  }
}

class Disk implements DiskTier {
  on = true;
  readonly purges: PurgeBook;
  readonly #parts: DiskParts;
  readonly #io: NonNullable<DiskParts['io']>;
  readonly #order: S3Fifo;
  readonly #queue = createBudget(WRITE_QUEUE_BYTES_MAX);
  readonly #turn = createTurns(WRITES_MAX);
  /** What is being written, by hash; a later change of the same object takes the place. */
  readonly #writing = new Map<string, symbol>();
  readonly #under = new Set<Promise<void>>();
  readonly #drafts: string;
  #written = 0;

  constructor(parts: DiskParts) {
    this.#parts = parts;
    this.#io = parts.io ?? files;
    this.#order = new S3Fifo(parts.bytesMax);
    for (let shelf = 0; shelf < SHELVES; shelf += 1) {
      mkdirSync(join(parts.folder, shelfName(shelf)), { recursive: true });
    }
    this.#drafts = join(parts.folder, 'drafts', String(process.pid));
    clearDrafts(join(parts.folder, 'drafts'));
    mkdirSync(this.#drafts, { recursive: true });
    this.purges = openPurgeBook(parts.folder, join(this.#drafts, 'purges'), parts.log);
    this.#find();
  }

  get bytes(): number {
    return this.#order.bytes;
  }

  get objects(): number {
    return this.#order.count;
  }

  sizeOf(key: string): number | undefined {
    return this.on ? this.#order.sizeOf(hashOf(key)) : undefined;
  }

  async read(key: string): Promise<DiskFile | undefined> {
    const hash = hashOf(key);
    const size = this.#order.sizeOf(hash);
    if (size === undefined || !this.on) return undefined;
    let found: DiskFile | undefined;
    try {
      found = readFile(await this.#io.readFile(this.#pathOf(hash, size)), key);
    } catch (error) {
      // A file that somebody took away is no failure of the disk.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#fail(error);
    }
    // It may have been replaced meanwhile; then it is not this one that is wrong.
    if (this.#order.sizeOf(hash) !== size) return undefined;
    if (found === undefined) this.#drop(hash);
    else this.#order.hit(hash);
    return found;
  }

  write(object: DiskFile, freshMs: number): void {
    const { length } = object.body;
    if (!this.on || !worthWriting(length, freshMs, this.#parts.bytesMax)) return;
    const pieces = writeFile(object);
    if (pieces === undefined || !this.#queue.take(length)) return;
    const hash = hashOf(object.key);
    const mine = Symbol(hash);
    this.#writing.set(hash, mine);
    this.#written += 1;
    const draft = join(this.#drafts, String(this.#written));
    const done = this.#turn(() => this.#put(hash, mine, pieces, draft))
      .catch((error: unknown) => {
        this.#fail(error);
        // On a full disk even half an object is in the way.
        return files.rm(draft, { force: true }).catch(() => {});
      })
      .finally(() => {
        this.#queue.give(length);
        if (this.#writing.get(hash) === mine) this.#writing.delete(hash);
        this.#under.delete(done);
      });
    this.#under.add(done);
  }

  remove(key: string): void {
    const hash = hashOf(key);
    this.#writing.delete(hash);
    this.#drop(hash);
  }

  async close(): Promise<void> {
    await Promise.all(this.#under);
  }

  async #put(hash: string, mine: symbol, pieces: readonly Buffer[], draft: string): Promise<void> {
    if (!this.on || this.#writing.get(hash) !== mine) return;
    await this.#io.writeFile(draft, pieces);
    if (this.#writing.get(hash) !== mine) {
      this.#unlink(draft);
      return;
    }
    // The one before goes first: two files of one key would both be there after a crash.
    this.#drop(hash);
    const size = pieces.reduce((sum, { length }) => sum + length, 0);
    const path = this.#pathOf(hash, size);
    await this.#io.rename(draft, path);
    if (this.#writing.get(hash) !== mine) this.#unlink(path);
    else this.#take(hash, size);
  }

  /** The index from the names. Of a key with two files neither is known to be the newer one. */
  #find(): void {
    const known = new Map<string, number>();
    for (let shelf = 0; shelf < SHELVES; shelf += 1) {
      for (const name of readdirSync(join(this.#parts.folder, shelfName(shelf)))) {
        const [, rest = '', sizeText = ''] = FILE_NAME.exec(name) ?? [];
        if (rest === '') continue;
        const [hash, size] = [shelfName(shelf) + rest, Number.parseInt(sizeText, 36)];
        const twin = known.get(hash);
        if (twin !== undefined) {
          this.#unlink(this.#pathOf(hash, size));
          this.#drop(hash);
        } else if (Number.isSafeInteger(size)) {
          known.set(hash, size);
          this.#take(hash, size);
        }
      }
    }
  }

  #take(hash: string, size: number): void {
    for (const gone of this.#order.add(hash, size)) {
      this.#unlink(this.#pathOf(gone.key, gone.bytes));
    }
  }

  #drop(hash: string): void {
    const size = this.#order.sizeOf(hash);
    if (size === undefined) return;
    this.#order.remove(hash);
    this.#unlink(this.#pathOf(hash, size));
  }

  /** At once, so that what was removed does not come back when the process is killed. */
  #unlink(path: string): void {
    try {
      unlinkSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!this.on) return;
    this.on = false;
    const { folder, log } = this.#parts;
    log.error({ err: error, folder }, 'the disk fails: the edge goes on without it');
  }

  #pathOf(hash: string, size: number): string {
    return join(this.#parts.folder, hash.slice(0, 2), `${hash.slice(2)}-${size.toString(36)}`);
  }
}

/** Drafts of processes that have ended; another one may be about to, and still write. */
function clearDrafts(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const pid of readdirSync(folder)) {
    if (Number(pid) === process.pid || !isRunning(Number(pid))) {
      rmSync(join(folder, pid), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** 128 bits: no two keys ever meet; should they, the key in the file tells. */
function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

function shelfName(shelf: number): string {
  return shelf.toString(16).padStart(2, '0');
}

/** Folders, so that none becomes too long to look through. */
const SHELVES = 256;
const FILE_NAME = /^([0-9a-f]{30})-([0-9a-z]{1,8})$/;
const WRITES_MAX = 2;
