/**
 * When the parts of one rendition are signed: at once, but a part that may be its segment's last
 * when the next frame has told, since its record says so.
 */
import { FLAG } from '@shoal/core/wire';
import type { PartToSign } from '../origin/signer.js';

export interface PartSigner {
  /** A part is complete; `mayEnd`: its segment may have ended with it. */
  made(part: PartToSign, mayEnd: boolean): void;
  /** More of its segment comes after the newest part; `hint`: that part's lines. */
  goesOn(hint: string): void;
  /** The segment of the newest part has ended; `hint`: that part's lines and the segment's. */
  ended(hint: string): void;
}

export function createPartSigner(sign: (part: PartToSign) => void): PartSigner {
  let newest: PartToSign | undefined;
  let isSigned = false;
  return {
    made(part, mayEnd) {
      if (newest !== undefined && !isSigned) sign(newest);
      newest = part;
      isSigned = !mayEnd;
      if (isSigned) sign(part);
    },
    goesOn(hint) {
      if (newest !== undefined && !isSigned) sign({ ...newest, hint });
      isSigned = true;
    },
    // A publisher may go, or its clock jump, right after a part: then it is signed once more.
    ended(hint) {
      if (newest !== undefined) sign({ ...newest, hint, flags: newest.flags | FLAG.lastPart });
      newest = undefined;
      isSigned = false;
    },
  };
}
