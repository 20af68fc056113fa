import { describe, expect, it } from 'vitest';
import { CODES } from './codes.js';
import { InvariantError, invariant } from './invariant.js';
import { sentenceOf } from './sentence.js';
import { isShoalError, ShoalError } from './shoal-error.js';

describe('ShoalError', () => {
  it('puts the code in front and the detail behind', () => {
    const error = new ShoalError('edge/status', '404');
    expect(error.message).toBe('[edge/status] 404');
    expect([error.name, error.code]).toEqual(['ShoalError', 'edge/status']);
    expect(new ShoalError('edge/short').message).toBe('[edge/short]');
  });

  it('is told to a person as a sentence without its code', () => {
    expect(sentenceOf(new ShoalError('edge/status', '404'))).toBe(
      'the edge answered with an error: 404',
    );
    expect(sentenceOf(new ShoalError('edge/short'))).toBe('the edge closed the body too early');
    expect(sentenceOf(new RangeError('too much'))).toBe('too much');
    expect(sentenceOf('thrown text')).toBe('thrown text');
  });

  it('keeps a cause for logs, and none when there is none', () => {
    const cause = new Error('socket hang up');
    expect(new ShoalError('edge/unreachable', '', cause).cause).toBe(cause);
    expect('cause' in new ShoalError('edge/unreachable')).toBe(false);
  });

  it('is recognised by its code', () => {
    const error: unknown = new ShoalError('wire/violation');
    expect(isShoalError(error)).toBe(true);
    expect(isShoalError(error, 'wire/violation')).toBe(true);
    expect(isShoalError(error, 'wire/version')).toBe(false);
    expect(isShoalError(new Error('[wire/violation]'))).toBe(false);
    expect(isShoalError(undefined)).toBe(false);
  });
});

describe('codes', () => {
  const codes = Object.keys(CODES);

  it('name the room that detects them', () => {
    for (const code of codes) expect(code).toMatch(/^[a-z]+\/[a-z-]+$/);
  });

  it('have a sentence each, of their own, without a full stop', () => {
    const sentences = Object.values(CODES);
    expect(new Set(sentences).size).toBe(codes.length);
    for (const sentence of sentences) expect(sentence).toMatch(/^[a-z].*[^.]$/);
  });
});

describe('invariant', () => {
  it('throws what is no ShoalError: a bug is not an error', () => {
    expect(() => invariant(true, 'fine')).not.toThrow();
    expect(() => invariant(0, 'broken')).toThrow(InvariantError);
    expect(() => invariant(undefined, 'broken')).toThrow('broken');
    expect(isShoalError(new InvariantError('broken'))).toBe(false);
  });
});
