/** Contract suites: what every implementation of a port must do, for any test runner. */
export { type ClockFixture, clockContract } from './clock.js';
export type { ContractCase } from './contract-case.js';
export { type CryptoFixture, cryptoContract } from './crypto.js';
export { type EdgeFixture, edgeBody, edgeContract } from './edge-fetch.js';
export { type LinksFixture, linksContract } from './links.js';
export { type TrackerFixture, trackerContract } from './tracker-sockets.js';
