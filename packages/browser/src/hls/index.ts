/** The hls.js plug-in. */
export type { ConsentState } from '@shoal/host';
export { attachShoal } from './attach.js';
export type { LinkOptions, Shoal, ShoalEvents, ShoalOptions, UploadOptions } from './options.js';
