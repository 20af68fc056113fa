/**
 * The purges of a folder of objects, in a file beside them: what was purged does not come back
 * after a restart. Where the file is lost or cannot be read, no object in the folder is trusted.
 */
import { randomUUID } from 'node:crypto';
import * as files from 'node:fs';
import { join } from 'node:path';
import { PURGES_REMEMBERED_MAX, PurgeJournal } from '@shoal/core/edge';
import * as v from 'valibot';
import type { Log } from '../telemetry/log.js';

/** The name of the file. */
export const PURGE_BOOK = 'purges.json';

export interface PurgeBook {
  /** Another one when the purges before are not known: objects of another book may be purged. */
  readonly id: string;
  readonly journal: PurgeJournal;
  /** On disk when it returns. Throws when what was purged might come back after a restart. */
  save(): void;
}

/** Without a folder nothing outlives the process, and the book need not. */
export function newPurgeBook(): PurgeBook {
  return { id: randomUUID(), journal: new PurgeJournal(), save: () => {} };
}

/** The book of a folder; `draft`: a path on the same disk. Throws when it cannot be written. */
export function openPurgeBook(folder: string, draft: string, log: Log): PurgeBook {
  const path = join(folder, PURGE_BOOK);
  const before = read(path);
  const { id } = before ?? newPurgeBook();
  const journal = new PurgeJournal(before?.record);
  const write = (): void => {
    const text = JSON.stringify({ id, record: journal.record });
    files.writeFileSync(draft, text, { flush: true });
    files.renameSync(draft, path);
    settle(folder);
  };
  const save = (): void => {
    try {
      write();
    } catch (error) {
      log.error({ err: error, folder }, 'a purge cannot be written down: a restart forgets all');
      // Without a book all objects are gone after a restart, so none that was purged comes back.
      files.rmSync(path, { force: true });
    }
  };
  if (before === undefined) write();
  return { id, journal, save };
}

function read(path: string): v.InferOutput<typeof BOOK> | undefined {
  try {
    return v.parse(BOOK, JSON.parse(files.readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** After a power cut the new name is there. Some systems have no such thing for folders. */
function settle(folder: string): void {
  let handle: number | undefined;
  try {
    handle = files.openSync(folder, 'r');
    files.fsyncSync(handle);
  } catch {
  } finally {
    if (handle !== undefined) files.closeSync(handle);
  }
}

const PLACE = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const PURGE = v.strictObject({
  by: v.picklist(['url', 'prefix', 'tag']),
  value: v.string(),
  soft: v.boolean(),
  at: PLACE,
});
const BOOK = v.strictObject({
  id: v.pipe(v.string(), v.uuid()),
  record: v.strictObject({
    count: PLACE,
    forgotten: PLACE,
    purges: v.pipe(v.array(PURGE), v.maxLength(PURGES_REMEMBERED_MAX)),
  }),
});
