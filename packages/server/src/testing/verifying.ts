/** Checks of what a server publishes, with nothing but what a stranger has: playlists and HTTP. */
import { createPublicKey, verify } from 'node:crypto';
import { parseShoalTag, type ShoalTag } from '@shoal/core/media';
import { decodeRecordList, type SealedRecord } from '@shoal/core/wire';
import { pieceDigests, sha256 } from '../origin/signer.js';

export async function getText(url: string): Promise<string> {
  const answer = await fetch(url);
  if (answer.status !== 200) throw new Error(`${url}: HTTP ${answer.status}`);
  return answer.text();
}

export async function getBytes(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  if (answer.status !== 200) throw new Error(`${url}: HTTP ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

/** The tag of the playlist at `url`, and the records that it names. */
export async function getRecords(
  url: string,
  rendition: number,
  since = 0,
): Promise<{ readonly tag: ShoalTag; readonly records: readonly SealedRecord[] }> {
  const tag = parseShoalTag(await getText(url));
  if (tag?.records === undefined) throw new Error(`${url} has no tag`);
  const at = new URL(tag.records, url);
  at.searchParams.set('rendition', String(rendition));
  at.searchParams.set('since', String(since));
  return { tag, records: decodeRecordList(await getBytes(at.href)) };
}

/** Whether the record is signed by the tag's key and describes exactly these bytes. */
export function describes(tag: ShoalTag, sealed: SealedRecord, bytes: Uint8Array): boolean {
  const x = Buffer.from(tag.publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const streamId = sha256(Buffer.concat([tag.publicKey, Buffer.from(tag.name)]));
  const { record, signed, signature, digests } = sealed;
  return (
    verify(null, signed, key, signature) &&
    same(record.streamId, streamId) &&
    record.epoch === tag.epoch &&
    record.byteLength === bytes.length &&
    same(record.pieces, sha256(digests)) &&
    same(digests, pieceDigests(bytes))
  );
}

/** Asks until the answer is true; fails after ten seconds, which only a broken server needs. */
export async function until(ask: () => Promise<boolean> | boolean): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await ask()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not come true');
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a).equals(Buffer.from(b));
}
