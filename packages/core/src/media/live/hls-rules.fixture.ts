/**
 * Checks of media playlists, from the rules of draft-pantos-hls-rfc8216bis: what is broken, by
 * section. It shares no code with the writer.
 */

/** What one playlist breaks; empty when nothing. */
export function brokenRules(text: string): readonly string[] {
  const broken: string[] = [];
  const lines = text.split('\n');
  const say = (section: string, what: string): void => void broken.push(`${section}: ${what}`);
  if (lines[0] !== '#EXTM3U') say('4.4.1.1', 'EXTM3U is not first');
  if (lines.at(-1) !== '' || lines.slice(0, -1).includes('')) say('4.1', 'blank lines');
  checkVersion(text, say);
  checkDurations(text, say);
  checkPromises(text, say);
  checkParts(text, say);
  checkDates(text, say);
  return broken;
}

/** What the newer of two playlists of one stream breaks (section 6.2.1). */
export function brokenChanges(before: string, after: string): readonly string[] {
  const broken: string[] = [];
  const [old, young] = [read(before), read(after)];
  if (number(after, 'TARGETDURATION') !== number(before, 'TARGETDURATION')) {
    broken.push('4.4.3.1: the target duration changed');
  }
  if (/PART-TARGET=[\d.]+/.exec(after)?.[0] !== /PART-TARGET=[\d.]+/.exec(before)?.[0]) {
    broken.push('4.4.3.7: the part target changed');
  }
  for (const [sequence, lines] of old.segments) {
    const now = young.segments.get(sequence);
    if (now === undefined && sequence >= young.first) broken.push(`6.2.1: ${sequence} was lost`);
    if (now !== undefined && now !== lines) broken.push(`6.2.1: ${sequence} changed`);
  }
  if (young.first < old.first) broken.push('6.2.2: the media sequence went back');
  const removed = [...old.segments].filter(([sequence]) => sequence < young.first);
  const passed = removed.filter(([, lines]) => lines.includes('#EXT-X-DISCONTINUITY\n')).length;
  const expected = number(before, 'DISCONTINUITY-SEQUENCE') + passed;
  if (number(after, 'DISCONTINUITY-SEQUENCE') !== expected) {
    broken.push('6.2.2: the discontinuity sequence is not what left');
  }
  return broken;
}

type Say = (section: string, what: string) => void;

function checkVersion(text: string, say: Say): void {
  const version = number(text, 'VERSION');
  if (text.includes('#EXT-X-MAP') && version < 6) say('8', 'EXT-X-MAP needs version 6');
  if (text.includes('#EXT-X-SKIP') && version < 9) say('8', 'EXT-X-SKIP needs version 9');
}

function checkDurations(text: string, say: Say): void {
  const target = number(text, 'TARGETDURATION');
  if (!(target > 0)) say('4.4.3.1', 'no target duration');
  for (const [, seconds] of text.matchAll(/^#EXTINF:([\d.]+),/gm)) {
    if (Math.round(Number(seconds)) > target) say('4.4.3.1', `a segment of ${seconds} s`);
  }
}

function checkPromises(text: string, say: Say): void {
  const control = /^#EXT-X-SERVER-CONTROL:(.*)$/m.exec(text)?.[1] ?? '';
  const part = Number(/^#EXT-X-PART-INF:PART-TARGET=([\d.]+)$/m.exec(text)?.[1] ?? Number.NaN);
  const target = number(text, 'TARGETDURATION');
  const value = (name: string): number =>
    Number(new RegExp(`(?:^|,)${name}=([\\d.]+)`).exec(control)?.[1] ?? Number.NaN);
  if (text.includes('#EXT-X-PART:')) {
    if (!(part > 0)) say('4.4.3.7', 'parts without EXT-X-PART-INF');
    if (!(value('PART-HOLD-BACK') >= 2 * part)) say('4.4.3.8', 'PART-HOLD-BACK under two parts');
    if (!(value('PART-HOLD-BACK') >= 3 * part)) say('4.4.3.8', 'PART-HOLD-BACK under three parts');
  }
  const skip = value('CAN-SKIP-UNTIL');
  if (control.includes('CAN-SKIP') && skip < 6 * target) say('4.4.3.8', 'CAN-SKIP-UNTIL too short');
  if (text.includes('#EXT-X-ENDLIST') && text.includes('#EXT-X-PRELOAD-HINT')) {
    say('4.4.5.3', 'a hint in a playlist that has ended');
  }
}

function checkParts(text: string, say: Say): void {
  const target = Number(/PART-TARGET=([\d.]+)/.exec(text)?.[1] ?? 0);
  let sum = 0;
  let last: number | undefined;
  let any = false;
  for (const line of text.split('\n')) {
    const part = /^#EXT-X-PART:DURATION=([\d.]+)/.exec(line);
    if (part !== null) {
      const seconds = Number(part[1]);
      if (seconds > target + 1e-6) say('4.4.3.7', `a part of ${seconds} s`);
      if (last !== undefined && last < 0.85 * target) say('4.4.4.9', `a part of only ${last} s`);
      last = seconds;
      sum += seconds;
      any = true;
    }
    const whole = /^#EXTINF:([\d.]+)/.exec(line);
    if (whole === null) continue;
    if (any && Math.abs(sum - Number(whole[1])) > 0.01) say('4.4.4.9', 'parts are not the segment');
    [sum, last, any] = [0, undefined, false];
  }
}

/** Dates follow from durations, but at a discontinuity. */
function checkDates(text: string, say: Say): void {
  let expected = Number.NaN;
  for (const line of text.split('\n')) {
    if (line === '#EXT-X-DISCONTINUITY') expected = Number.NaN;
    const date = /^#EXT-X-PROGRAM-DATE-TIME:(.*)$/.exec(line);
    if (date !== null) {
      const at = Date.parse(date[1] as string);
      if (Number.isNaN(at)) say('4.4.4.6', 'no date');
      if (Math.abs(at - expected) > 2) say('4.4.4.6', `a date off by ${at - expected} ms`);
      expected = at;
    }
    const whole = /^#EXTINF:([\d.]+)/.exec(line);
    if (whole !== null) expected += 1000 * Number(whole[1]);
  }
}

/** Segments by sequence: their lines without parts. */
function read(text: string): { readonly first: number; readonly segments: Map<number, string> } {
  const first = number(text, 'MEDIA-SEQUENCE');
  const segments = new Map<number, string>();
  let sequence = first + Number(/SKIPPED-SEGMENTS=(\d+)/.exec(text)?.[1] ?? 0);
  let own = '';
  for (const line of text.split('\n')) {
    if (/^#EXT(?:INF|-X-DISCONTINUITY$|-X-PROGRAM)/.test(line)) own += `${line}\n`;
    if (line.startsWith('#') || line === '') continue;
    segments.set(sequence++, own + line);
    own = '';
  }
  return { first, segments };
}

function number(text: string, name: string): number {
  return Number(new RegExp(`^#EXT-X-${name}:(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}
