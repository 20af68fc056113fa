import { describe, expect, it } from 'vitest';
import {
  isPurged,
  PURGE_TAGS_CHARS_MAX,
  PURGE_TAGS_MAX,
  PURGES_REMEMBERED_MAX,
  type Purge,
  PurgeJournal,
  tagsOf,
} from './purge.js';

const purge = (by: Purge['by'], value: string, soft = false): Purge => ({ by, value, soft });
const NONE = new Set<string>();

it('meant by an address is that target, or the path with any query', () => {
  const url = purge('url', '/a.m3u8');
  const at = (target: string) => isPurged(url, target, NONE);
  expect(['/a.m3u8', '/a.m3u8?x=1', '/a.m3u8x', '/b/a.m3u8', '/a.m3u'].map(at)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  const exact = purge('url', '/a.m3u8?x=1');
  expect(isPurged(exact, '/a.m3u8?x=1', NONE)).toBe(true);
  expect(isPurged(exact, '/a.m3u8?x=12', NONE)).toBe(false);
  expect(isPurged(exact, '/a.m3u8', NONE)).toBe(false);
});

it('meant by a prefix or a tag is what has it, and any answer whose tags are not known', () => {
  expect(isPurged(purge('prefix', '/live/'), '/live/a', NONE)).toBe(true);
  expect(isPurged(purge('prefix', '/live/'), '/lively', NONE)).toBe(false);
  expect(isPurged(purge('tag', 'a'), '/x', new Set(['a']))).toBe(true);
  expect(isPurged(purge('tag', 'a'), '/x', new Set(['b']))).toBe(false);
  expect(isPurged(purge('tag', 'a'), '/x', undefined)).toBe(true);
});

describe('tags', () => {
  it('come from both headers', () => {
    const headers = { 'cache-tag': 'a, b,c d', 'surrogate-key': ' e  f ' };
    expect([...tagsOf(headers)]).toEqual(['a', 'b', 'c d', 'e', 'f']);
    expect(tagsOf({}).size).toBe(0);
  });

  it('are bounded', () => {
    const many = Array.from({ length: 1000 }, (_, i) => `t${i}`).join(',');
    expect(tagsOf({ 'cache-tag': many }).size).toBe(PURGE_TAGS_MAX);
    const [only] = tagsOf({ 'cache-tag': 'x'.repeat(100_000) });
    expect(only).toHaveLength(PURGE_TAGS_CHARS_MAX);
  });
});

describe('an answer asked for before a purge', () => {
  it('is gone, stale or kept as the purges since say', () => {
    const journal = new PurgeJournal();
    const before = journal.mark();
    expect(journal.verdict(before, '/a', NONE)).toBe('kept');
    journal.add(purge('prefix', '/a', true));
    journal.add(purge('tag', 't'));
    expect(journal.verdict(before, '/a', NONE)).toBe('stale');
    expect(journal.verdict(before, '/b', NONE)).toBe('kept');
    expect(journal.verdict(before, '/a', new Set(['t']))).toBe('gone');
    expect(journal.verdict(journal.mark(), '/a', new Set(['t']))).toBe('kept');
  });

  it('is gone when the purges since are more than remembered', () => {
    const journal = new PurgeJournal();
    const before = journal.mark();
    for (let i = 0; i < PURGES_REMEMBERED_MAX; i += 1) journal.add(purge('url', `/x${i}`));
    expect(journal.verdict(before, '/a', NONE)).toBe('kept');
    journal.add(purge('url', '/x'));
    expect(journal.verdict(before, '/a', NONE)).toBe('gone');
    expect(journal.verdict(before + 1, '/a', NONE)).toBe('kept');
  });

  it('is judged as before by a purge that comes again and again', () => {
    const journal = new PurgeJournal();
    journal.add(purge('url', '/a'));
    const before = journal.mark();
    for (let i = 0; i < 2 * PURGES_REMEMBERED_MAX; i += 1) journal.add(purge('url', '/x'));
    expect(journal.record.purges).toHaveLength(2);
    expect(journal.verdict(0, '/a', NONE)).toBe('gone');
    expect(journal.verdict(before, '/a', NONE)).toBe('kept');
    expect(journal.verdict(before, '/x', NONE)).toBe('gone');
    expect(journal.verdict(journal.mark(), '/x', NONE)).toBe('kept');
  });

  it('is gone by a purge that was not soft, whatever soft one came after it', () => {
    const journal = new PurgeJournal();
    journal.add(purge('url', '/a'));
    journal.add(purge('url', '/a', true));
    expect(journal.verdict(0, '/a', NONE)).toBe('gone');
    expect(journal.verdict(1, '/a', NONE)).toBe('stale');
  });

  it('is judged the same by a journal that goes on with the record of another', () => {
    const journal = new PurgeJournal();
    for (let i = 0; i < PURGES_REMEMBERED_MAX + 5; i += 1) {
      journal.add(purge(i % 2 === 0 ? 'prefix' : 'tag', `/${i}`, i % 3 === 0));
    }
    const next = new PurgeJournal(JSON.parse(JSON.stringify(journal.record)));
    for (const target of ['/7', '/8', '/9', '/x']) {
      for (let mark = 0; mark <= journal.mark() + 1; mark += 1) {
        expect(next.verdict(mark, target, NONE)).toBe(journal.verdict(mark, target, NONE));
      }
    }
    next.add(purge('url', '/x'));
    expect(next.verdict(journal.mark(), '/x', NONE)).toBe('gone');
    expect(journal.verdict(next.mark(), '/x', NONE)).toBe('gone');
  });
});
