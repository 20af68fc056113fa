/** Who may have what: tokens in requests, what they allow, and networks of addresses. */
export {
  type Carried,
  carriedIn,
  inPath,
  isToken,
  TOKEN_CHARS_MAX,
  TOKEN_HEADER,
  TOKEN_NAME,
  type TokenForm,
  withoutTokens,
} from './carried.js';
export { CAT_CLAIM, grantOfCat, type TaggedNetwork } from './cat-claims.js';
export {
  GRANT_RULES_MAX,
  type Grant,
  type Part,
  type Refusal,
  type Rule,
  refusalOf,
  type Wish,
} from './grant.js';
export { grantOfJwt, READS } from './jwt-claims.js';
export {
  type Address,
  isInNetwork,
  NETWORK_CHARS_MAX,
  type Network,
  readAddress,
  readNetwork,
} from './network.js';
export { isUnder, plainPath } from './path.js';
