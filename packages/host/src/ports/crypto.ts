/** Port: hashing and signature checks. */

export interface Crypto {
  /** SHA-256 of `bytes`: 32 bytes. */
  digest(bytes: Uint8Array): Promise<Uint8Array>;
  /**
   * Whether `signature` (64 bytes) is Ed25519 over `bytes` by `publicKey` (32 bytes). Malformed
   * input is `false`.
   */
  verify(publicKey: Uint8Array, signature: Uint8Array, bytes: Uint8Array): Promise<boolean>;
}
