/** Checks tokens that are JSON Web Tokens: a compact JWS with claims (RFC 7519). */
import { grantOfJwt } from '@shoal/core/access';
import { type CompactJWSHeaderParameters, compactVerify, errors } from 'jose';
import type { KeySet, TokenKey } from './key-set.js';
import type { Verdict } from './verifier.js';

/** Never rejects. The key decides the algorithm; a token that names another is refused. */
export async function checkJwt(token: string, keys: KeySet): Promise<Verdict> {
  try {
    const { payload } = await compactVerify(
      token,
      (header: CompactJWSHeaderParameters) => keyFor(header, keys).checks,
      JWS,
    );
    const grant = grantOfJwt(JSON.parse(Buffer.from(payload).toString()));
    return grant === undefined ? { type: 'bad', why: 'claims' } : { type: 'good', grant };
  } catch (error) {
    if (error instanceof UnknownKey) return { type: 'bad', why: 'key' };
    const forged = error instanceof errors.JWSSignatureVerificationFailed;
    return { type: 'bad', why: forged ? 'signature' : 'malformed' };
  }
}

/** A token without the name of a key is taken for that of the only one. */
function keyFor({ kid, alg }: CompactJWSHeaderParameters, keys: KeySet): TokenKey {
  const [only] = keys.size === 1 ? keys.values() : [];
  const key = kid === undefined ? only : keys.get(kid);
  if (key === undefined || key.alg !== (alg === 'Ed25519' ? 'EdDSA' : alg)) throw new UnknownKey();
  return key;
}

class UnknownKey extends Error {}

const JWS = { algorithms: ['HS256', 'EdDSA', 'Ed25519'] };
