/** Checks initialisation sections against what the records say they are. */
import { equalBytes } from '@shoal/core/integrity';

export interface InitCheckParts {
  /**
   * The signed hash of the section; undefined while no record is known, or when one hash does not
   * settle it.
   */
  claim(): Uint8Array | undefined;
  /** Settles when one more record is known. */
  record(): Promise<void>;
  digest(bytes: Uint8Array): Promise<Uint8Array>;
  /** Gets the section past every cache; undefined when it does not come. */
  again(): Promise<ArrayBuffer | undefined>;
}

/**
 * The section, checked where its hash is known in time; undefined: what the edge has is not what
 * was signed.
 */
export async function checkInit(
  parts: InitCheckParts,
  data: ArrayBuffer,
): Promise<ArrayBuffer | undefined> {
  const claim = await claimInTime(parts);
  if (!claim || (await matches(parts, data, claim))) return data;
  const fresh = await parts.again();
  return fresh !== undefined && (await matches(parts, fresh, claim)) ? fresh : undefined;
}

/**
 * Records follow the playlist closely, and nothing can be shown before the first segment, which
 * needs one too.
 */
async function claimInTime({ claim, record }: InitCheckParts): Promise<Uint8Array | undefined> {
  const late = new Promise<true>((resolve) => setTimeout(resolve, CLAIM_MS, true));
  while (!claim() && !(await Promise.race([record(), late])));
  return claim();
}

async function matches(
  { digest }: InitCheckParts,
  data: ArrayBuffer,
  claim: Uint8Array,
): Promise<boolean> {
  return equalBytes(await digest(new Uint8Array(data)), claim);
}

const CLAIM_MS = 400;
