/** What a file is, by its name: players and caches go by the type, not by the address. */

/** The `Content-Type` for a media address; octets when the name says nothing. */
export function mediaType(url: string): string {
  return TYPES[extensionOf(url)] ?? 'application/octet-stream';
}

/**
 * The extension of an address in lower case, without dot; empty when there is none that is plain.
 */
export function extensionOf(url: string): string {
  const path = url.replace(/[?#].*$/s, '');
  return /\.([A-Za-z0-9]{1,5})$/.exec(path)?.[1]?.toLowerCase() ?? '';
}

const TYPES: Readonly<Record<string, string>> = {
  m3u8: 'application/vnd.apple.mpegurl',
  m4s: 'video/iso.segment',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  m4a: 'audio/mp4',
  cmfv: 'video/mp4',
  cmfa: 'audio/mp4',
  ts: 'video/mp2t',
  aac: 'audio/aac',
  ac3: 'audio/ac3',
  ec3: 'audio/eac3',
  mp3: 'audio/mpeg',
  vtt: 'text/vtt',
};
