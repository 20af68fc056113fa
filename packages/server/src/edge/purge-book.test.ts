import * as files from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PURGES_REMEMBERED_MAX } from '@shoal/core/edge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../telemetry/log.js';
import { openPurgeBook, PURGE_BOOK } from './purge-book.js';

const NONE = new Set<string>();
const PURGE = { by: 'prefix', value: '/live/', soft: false } as const;
let folder: string;

beforeEach(() => {
  folder = files.mkdtempSync(join(tmpdir(), 'shoal-book-'));
});
afterEach(() => files.rmSync(folder, { recursive: true, force: true }));

const open = () => openPurgeBook(folder, join(folder, 'draft'), createLog('silent'));
const path = () => join(folder, PURGE_BOOK);

it('is the same one when it is opened again, with all its purges', () => {
  const book = open();
  const mark = book.journal.mark();
  book.journal.add(PURGE);
  book.save();
  const next = open();
  expect(next.id).toBe(book.id);
  expect(next.journal.verdict(mark, '/live/a', NONE)).toBe('gone');
  expect(next.journal.verdict(mark, '/a', NONE)).toBe('kept');
  expect(next.journal.verdict(next.journal.mark(), '/live/a', NONE)).toBe('kept');
});

it('stays small, however many purges there are', () => {
  const book = open();
  for (let i = 0; i < 2 * PURGES_REMEMBERED_MAX; i += 1) {
    book.journal.add({ ...PURGE, value: `/${i}` });
  }
  book.save();
  const next = open();
  expect(next.id).toBe(book.id);
  expect(next.journal.record.purges).toHaveLength(PURGES_REMEMBERED_MAX);
  // Of what was forgotten nothing comes back.
  expect(next.journal.verdict(0, '/other', NONE)).toBe('gone');
});

describe('another book begins', () => {
  it.each<[string, (text: string) => string | undefined]>([
    ['is missing', () => undefined],
    ['is empty', () => ''],
    ['was cut', (text) => text.slice(0, -2)],
    ['has another shape', (text) => text.replace('"prefix"', '"suffix"')],
    ['has places that are none', (text) => text.replace('"count":1', '"count":-1')],
    ['is no JSON object', () => 'null'],
  ])('when the file %s', (_what, change) => {
    const book = open();
    book.journal.add(PURGE);
    book.save();
    const text = change(files.readFileSync(path(), 'utf8'));
    if (text === undefined) files.rmSync(path());
    else files.writeFileSync(path(), text);
    expect(open().id).not.toBe(book.id);
  });

  it('after a purge that could not be written down', () => {
    const book = open();
    files.mkdirSync(join(folder, 'draft'));
    book.journal.add(PURGE);
    book.save();
    expect(files.existsSync(path())).toBe(false);
    files.rmSync(join(folder, 'draft'), { recursive: true });
    expect(open().id).not.toBe(book.id);
  });
});

it('goes on once it can be written again', () => {
  const book = open();
  files.mkdirSync(join(folder, 'draft'));
  book.journal.add(PURGE);
  book.save();
  files.rmSync(join(folder, 'draft'), { recursive: true });
  book.journal.add({ ...PURGE, value: '/b' });
  book.save();
  const next = open();
  expect(next.id).toBe(book.id);
  expect(next.journal.verdict(0, '/live/a', NONE)).toBe('gone');
});
