// biome-ignore-all assist/source/organizeImports: what no viewer needs stands last
/** Media as containers and lists: playlists, boxes of fragments, and nothing of codecs. */
export {
  ATTRIBUTES_MAX,
  type Attribute,
  type Attributes,
  attributeNumber,
  bare,
  formatAttributes,
  parseAttributes,
  quoted,
} from './attributes.js';
export { BOXES_MAX, type Box, childBoxes, findBoxes, readBoxes } from './boxes.js';
export { formatDateTime, parseDateTime } from './date-time.js';
export { formatHint, HINT_BYTES_MAX, parseHint, utf8Length } from './hint.js';
export {
  isMultivariant,
  type Multivariant,
  parseMultivariant,
  type RenditionTag,
  rewriteMultivariant,
  type UriKind,
  type Variant,
} from './multivariant.js';
export {
  type MediaPlaylist,
  type MediaPlaylistParts,
  parseMediaPlaylist,
  writeMediaPlaylist,
} from './playlist.js';
export type { PlaylistType } from './playlist-head.js';
export { PLAYLIST_LIMITS } from './playlist-lines.js';
export {
  type FragmentTime,
  fragmentTimes,
  readTracks,
  shiftSegment,
  type TrackInit,
  trackTimescales,
} from './retime.js';
export {
  type ByteRange,
  formatSeconds,
  type MediaSegment,
  mapLocation,
  mapTag,
  segmentLines,
  tagUri,
  withTagUri,
} from './segment.js';
export { formatShoalTag, parseShoalTag, SHOAL_TAG_LIMITS, type ShoalTag } from './shoal-tag.js';

export { STREAM_BOX_BYTES_MAX } from './cmaf/box-stream.js';
export {
  createPackager,
  DEFAULT_PACKAGER,
  type Packaged,
  type Packager,
  type PackagerConfig,
} from './cmaf/packager.js';
export { FRAGMENT_SAMPLES_MAX } from './cmaf/sample.js';
export { TRACKS_MAX, type Track } from './cmaf/track.js';
export { type LiveVariant, writeLiveMultivariant } from './live/live-multivariant.js';
export {
  type LivePart,
  type LiveSegment,
  type LiveView,
  type OpenSegment,
  partHint,
  type RenditionReport,
  writeLivePlaylist,
} from './live/live-playlist.js';
export { decideReload, type ReloadAsk, readReloadAsk, type Standing } from './live/reload.js';
