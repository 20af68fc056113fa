/** Every scenario by its name. */
import type { Scenario } from '../scenario.js';
import { crowd60, egress16, flash16, ladder16, live8, live16, uplink8, vod16 } from './bench.js';
import {
  allSilent,
  cables,
  edgeOut,
  leechers,
  mute,
  noRecords,
  polluter,
  silent,
  thirdLeave,
  trackerGone,
  walled,
  wary,
} from './faults.js';

export const SCENARIOS: Readonly<Record<string, (seed: number) => Scenario>> = {
  live16,
  flash16,
  live8,
  vod16,
  uplink8,
  egress16,
  ladder16,
  crowd60,
  'tracker-gone': trackerGone,
  polluter,
  silent,
  mute,
  'all-silent': allSilent,
  'third-leave': thirdLeave,
  cables,
  'edge-out': edgeOut,
  'no-records': noRecords,
  leechers,
  walled,
  wary,
};
