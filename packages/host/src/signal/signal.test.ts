/** Signals: round trips, and what hostile text may not do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKind } from './address.js';
import {
  CANDIDATES_MAX,
  candidateAttribute,
  decodeSignal,
  encodeSignal,
  isAcceptable,
  parseCandidate,
  rebuildSdp,
  reduceSdp,
  SIGNAL_MAX,
} from './index.js';

const CHROMIUM_OFFER = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:Zx+1',
  'a=ice-pwd:6yTqZ0kFzZ9JkQ2/3g0m1LrD',
  'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
  '',
].join('\r\n');

const description = fc.record({
  ufrag: fc.stringMatching(/^[A-Za-z0-9+/]{4,64}$/),
  pwd: fc.stringMatching(/^[A-Za-z0-9+/]{22,64}$/),
  fingerprint: fc.stringMatching(/^[0-9a-f]{64}$/),
  kindSetup: fc.constantFrom(
    { kind: 'offer' as const, setup: 'actpass' as const },
    { kind: 'answer' as const, setup: 'active' as const },
    { kind: 'answer' as const, setup: 'passive' as const },
  ),
});

const candidate = fc.record({
  foundation: fc.stringMatching(/^[A-Za-z0-9+/]{1,32}$/),
  priority: fc.integer({ min: 0, max: 0xffffffff }),
  address: fc.constantFrom(
    '203.0.113.7',
    '10.0.0.4',
    '2001:db8::1',
    `${'0'.repeat(8)}-1111-4222-8333-${'a'.repeat(12)}.local`,
  ),
  port: fc.integer({ min: 1024, max: 65_535 }),
  kind: fc.constantFrom('host' as const, 'srflx' as const, 'relay' as const),
});

describe('descriptions', () => {
  it('keep what varies of what Chromium writes', () => {
    const reduced = reduceSdp('offer', CHROMIUM_OFFER)!;
    expect(reduced).toEqual({
      kind: 'offer',
      setup: 'actpass',
      ufrag: 'Zx+1',
      pwd: '6yTqZ0kFzZ9JkQ2/3g0m1LrD',
      fingerprint: 'ab'.repeat(32),
    });
    expect(reduceSdp('offer', rebuildSdp(reduced))).toEqual(reduced);
  });

  it('are refused without a SHA-256 fingerprint or with the wrong role', () => {
    expect(reduceSdp('offer', CHROMIUM_OFFER.replace('sha-256', 'sha-1'))).toBeUndefined();
    expect(reduceSdp('answer', CHROMIUM_OFFER)).toBeUndefined();
    expect(reduceSdp('offer', '')).toBeUndefined();
  });
});

describe('signals', () => {
  it('come back as they went', () => {
    fc.assert(
      fc.property(
        fc.option(description, { nil: undefined }),
        fc.array(candidate, { maxLength: CANDIDATES_MAX }),
        (some, candidates) => {
          fc.pre(some !== undefined || candidates.length > 0);
          const { kindSetup, ...rest } = some ?? { kindSetup: undefined };
          const signal = {
            description: kindSetup === undefined ? undefined : { ...kindSetup, ...rest },
            candidates,
          };
          const text = encodeSignal(signal as never);
          expect(text.length).toBeLessThanOrEqual(SIGNAL_MAX);
          expect(decodeSignal(text)).toEqual(signal);
        },
      ),
    );
  });

  it('that are anything else are not signals, and never throw', () => {
    const valid = encodeSignal({ description: reduceSdp('offer', CHROMIUM_OFFER), candidates: [] });
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300, unit: 'binary' }),
        fc.nat(valid.length),
        (noise, at) => {
          const decoded = decodeSignal(valid.slice(0, at) + noise + valid.slice(at));
          if (decoded?.description !== undefined) {
            expect(rebuildSdp(decoded.description).split('\r\n')).toHaveLength(16);
          }
          decodeSignal(noise);
        },
      ),
      { numRuns: 500 },
    );
    expect(decodeSignal('')).toBeUndefined();
    expect(decodeSignal('x'.repeat(SIGNAL_MAX + 1))).toBeUndefined();
    const line = 'c 1 1 203.0.113.7 5000 host';
    expect(
      decodeSignal(
        Array(CANDIDATES_MAX + 1)
          .fill(line)
          .join('\n'),
      ),
    ).toBeUndefined();
  });

  it('cannot smuggle a line into a session description', () => {
    const text = encodeSignal({ description: reduceSdp('offer', CHROMIUM_OFFER), candidates: [] });
    expect(decodeSignal(text.replace('Zx+1', 'Zx+1\r\na=candidate:1'))).toBeUndefined();
  });
});

describe('candidates', () => {
  it('are read as browsers write them', () => {
    const text =
      'candidate:842163049 1 udp 1677729535 203.0.113.7 41234 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag Zx+1 network-cost 999';
    const parsed = parseCandidate(text)!;
    expect(parsed.kind).toBe('srflx');
    expect(parseCandidate(candidateAttribute(parsed))).toEqual(parsed);
    expect(parseCandidate(`a=${text}`.replace(' udp ', ' UDP '))).toEqual(parsed);
  });

  it.each([
    ['tcp', 'candidate:1 1 tcp 1 203.0.113.7 9 typ host tcptype active'],
    ['a service port', 'candidate:1 1 udp 1 203.0.113.7 53 typ host'],
    ['component 2', 'candidate:1 2 udp 1 203.0.113.7 5000 typ host'],
    ['a peer-reflexive one', 'candidate:1 1 udp 1 203.0.113.7 5000 typ prflx'],
    ['multicast', 'candidate:1 1 udp 1 224.0.0.1 5000 typ host'],
    ['any name', 'candidate:1 1 udp 1 router.example 5000 typ host'],
  ])('refuse %s', (_, text) => {
    expect(parseCandidate(text)).toBeUndefined();
  });

  it('name private addresses only where that is allowed', () => {
    const at = (address: string) => parseCandidate(`candidate:1 1 udp 1 ${address} 5000 typ host`)!;
    for (const address of [
      '127.0.0.1',
      '10.1.2.3',
      '192.168.1.1',
      '172.31.0.1',
      '169.254.1.1',
      '100.64.0.1',
      '::1',
      'fe80::1',
      'fd00::1',
    ]) {
      expect(isAcceptable(at(address), false), address).toBe(false);
      expect(isAcceptable(at(address), true), address).toBe(true);
    }
    expect(isAcceptable(at('203.0.113.7'), false)).toBe(true);
    expect(isAcceptable(at('2606:4700::1111'), false)).toBe(true);
  });
});

describe('addresses', () => {
  it.each([
    '0.0.0.0',
    '255.255.255.255',
    '1.2.3',
    '1.2.3.256',
    '::',
    'ff02::1',
    '::ffff:a00:1',
    '1::2::3',
    ':1',
    '1:2:3:4:5:6:7:8:9',
    '',
  ])('cannot be %s', (text) => {
    expect(addressKind(text)).toBe('unfit');
  });
});
