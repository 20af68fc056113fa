/** Units as types: a number says what it measures, and identities say what they identify. */
export { type PartId, type PartKey, PeerId, partId, partKey, type Rendition } from './identity.js';
export type { Machine } from './machine.js';
export { MAX_PIECES, PIECE_BYTES, pieceCount, pieceLength, pieceOffset } from './piece.js';
export { BitsPerSec, Bytes, bitsPerSec, Ms, transferMs } from './quantity.js';
export { createDice, createRandom, type Dice, type Random } from './random.js';
