// Cuts a fragmented MP4 into an init section and numbered segments, and writes the playlists.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Write `init.mp4` and `seg-N.m4s` of one rendition; returns what its playlist line says. */
export function splitRendition(source, folder, seconds) {
  const boxes = topBoxes(readFileSync(source));
  const head = boxes.filter((box) => box.type === 'ftyp' || box.type === 'moov');
  writeFileSync(join(folder, 'init.mp4'), Buffer.concat(head.map((box) => box.bytes)));
  const sizes = [];
  for (let index = 0; index < boxes.length; index += 1) {
    if (boxes[index].type !== 'moof') continue;
    if (boxes[index + 1]?.type !== 'mdat') throw new Error('make-clip: moof without its mdat');
    const bytes = Buffer.concat([STYP, boxes[index].bytes, boxes[index + 1].bytes]);
    writeFileSync(join(folder, `seg-${sizes.length}.m4s`), bytes);
    sizes.push(bytes.length);
  }
  writeFileSync(join(folder, 'index.m3u8'), mediaPlaylist(sizes.length, seconds));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return {
    segments: sizes.length,
    bytes: total,
    peakBps: Math.ceil((Math.max(...sizes) * 8) / seconds),
    averageBps: Math.ceil((total * 8) / (sizes.length * seconds)),
    videoCodec: videoCodec(head[1].bytes),
  };
}

/** The multivariant playlist over `ladder`, lowest first. */
export function multivariantPlaylist(ladder) {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'];
  for (const rung of ladder) {
    lines.push(
      `#EXT-X-STREAM-INF:BANDWIDTH=${rung.peakBps},AVERAGE-BANDWIDTH=${rung.averageBps},` +
        `CODECS="${rung.videoCodec},mp4a.40.2",RESOLUTION=${rung.width}x${rung.height},` +
        'FRAME-RATE=25.000',
      `${rung.name}/index.m3u8`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** The AAC frames of an ADTS stream, each with its header. */
export function adtsFrames(bytes) {
  const frames = [];
  for (let at = 0; at + 7 <= bytes.length; ) {
    if (bytes[at] !== 0xff || (bytes[at + 1] & 0xf0) !== 0xf0)
      throw new Error('make-clip: not ADTS');
    const size = ((bytes[at + 3] & 3) << 11) | (bytes[at + 4] << 3) | (bytes[at + 5] >> 5);
    frames.push(bytes.subarray(at, at + size));
    at += size;
  }
  return frames;
}

function mediaPlaylist(count, seconds) {
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${seconds}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MAP:URI="init.mp4"',
  ];
  for (let index = 0; index < count; index += 1) {
    lines.push(`#EXTINF:${seconds.toFixed(5)},`, `seg-${index}.m4s`);
  }
  return `${[...lines, '#EXT-X-ENDLIST'].join('\n')}\n`;
}

function topBoxes(file) {
  const boxes = [];
  for (let at = 0; at < file.length; ) {
    const size = file.readUInt32BE(at);
    if (size < 8 || at + size > file.length) throw new Error('make-clip: damaged box');
    const type = file.toString('latin1', at + 4, at + 8);
    boxes.push({ type, bytes: file.subarray(at, at + size) });
    at += size;
  }
  return boxes;
}

// RFC 6381: the three bytes after the version of the AVC decoder configuration.
function videoCodec(moov) {
  const at = moov.indexOf('avcC') + 5;
  return `avc1.${moov.toString('hex', at, at + 3)}`;
}

const STYP = Buffer.from('\0\0\0\x18stypmsdh\0\0\0\0msdhmsix', 'latin1');
