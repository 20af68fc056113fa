/** What an event costs with the CDN alone and with Shoal, by the limit that reports are held to. */
import { type BitsPerSec, Bytes } from '@shoal/core/units';
import { type Audience, type OffloadLimit, offloadLimit } from '../limit/limit.js';

export interface PlanInputs {
  /** At once, on average. */
  readonly viewers: number;
  /** Different streams that they watch, each as many. */
  readonly titles: number;
  readonly hours: number;
  readonly bitrate: BitsPerSec;
  /** In any currency. */
  readonly pricePerGb: number;
  /** What is known better than the cases assume. */
  readonly known?: Partial<Omit<Assumptions, 'reached'>>;
}

/** What nobody knows before the event. */
export interface Assumptions {
  /** Share of viewers who agree to link and to upload. */
  readonly consent: number;
  /** Share of viewers for whom WebRTC fails without a relay. */
  readonly blocked: number;
  /** What one viewer who agreed can give, on average. */
  readonly uplink: BitsPerSec;
  /** Share of the limit that is reached. */
  readonly reached: number;
}

export type CaseName = 'pessimistic' | 'expected' | 'optimistic';

/**
 * Fixed lines have a median uplink of about 50 Mbit/s with a long lower tail, of which a household
 * needs some itself; 10 to 22 % of viewers cannot be reached without a relay. How much of the limit
 * is reached was measured in browsers: on cores that were too few, and on cores that were not. The
 * optimistic case is the limit itself.
 */
export const CASES: Readonly<Record<CaseName, Assumptions>> = {
  pessimistic: { consent: 0.3, blocked: 0.22, uplink: 10_000_000, reached: 0.75 },
  expected: { consent: 0.5, blocked: 0.16, uplink: 25_000_000, reached: 0.96 },
  optimistic: { consent: 0.7, blocked: 0.1, uplink: 50_000_000, reached: 1 },
};

/** What the CDN sends, and what it asks for that. */
export interface Bill {
  readonly bytes: Bytes;
  readonly peak: BitsPerSec;
  /** Of each title. */
  readonly copies: number;
  readonly cost: number;
}

export interface PlanCase extends Bill {
  readonly assumed: Assumptions;
  readonly limit: OffloadLimit;
  readonly offload: number;
  readonly saved: number;
}

export interface Plan {
  readonly inputs: PlanInputs;
  readonly alone: Bill;
  readonly cases: Readonly<Record<CaseName, PlanCase>>;
  readonly verdict: Verdict;
}

export interface Verdict {
  readonly pays: 'yes' | 'perhaps' | 'no';
  /** One sentence. */
  readonly why: string;
}

export function planFor(inputs: PlanInputs): Plan {
  const alone = billFor(inputs, 0);
  const caseOf = (name: CaseName): PlanCase => {
    const assumed = { ...CASES[name], ...inputs.known };
    const limit = offloadLimit(audienceOf(inputs, assumed));
    const offload = assumed.reached * limit.offload;
    const bill = billFor(inputs, offload);
    return { ...bill, assumed, limit, offload, saved: alone.cost - bill.cost };
  };
  const cases = {
    pessimistic: caseOf('pessimistic'),
    expected: caseOf('expected'),
    optimistic: caseOf('optimistic'),
  };
  return { inputs, alone, cases, verdict: verdictOf(inputs, cases) };
}

/** Who has not agreed and who is blocked gets all from the edge, and sends nothing. */
function audienceOf(inputs: PlanInputs, { consent, blocked, uplink }: Assumptions): Audience {
  const joined = consent * (1 - blocked);
  const { viewers, titles, bitrate } = inputs;
  return { viewers: viewers / titles, bitrate, joined, uploading: joined, uplink };
}

function billFor(inputs: PlanInputs, offload: number): Bill {
  const { viewers, titles, hours, bitrate, pricePerGb } = inputs;
  const peak = viewers * bitrate * (1 - offload);
  const bytes = Bytes((peak / 8) * SECONDS_AN_HOUR * hours);
  const copies = (viewers / titles) * (1 - offload);
  return { bytes, peak, copies, cost: (bytes / GB) * pricePerGb };
}

function verdictOf(inputs: PlanInputs, cases: Plan['cases']): Verdict {
  const { pessimistic, expected, optimistic } = cases;
  const [low, middle, high] = [pessimistic, expected, optimistic].map(({ offload }) =>
    Math.round(100 * offload),
  );
  if (optimistic.offload < WORTHWHILE)
    return { pays: 'no', why: reasonAgainst(inputs, optimistic) };
  const range = low === high ? `${low} %` : `between ${low} and ${high} %, ${middle} % expected`;
  if (pessimistic.offload >= WORTHWHILE) {
    return { pays: 'yes', why: `Viewers carry ${range}.` };
  }
  return { pays: 'perhaps', why: `Viewers carry ${range}; ${doubt(pessimistic)}.` };
}

function reasonAgainst({ viewers, titles }: PlanInputs, { limit }: PlanCase): string {
  if (viewers / titles < COMPANY) {
    return 'A title has hardly more than one viewer at a time, and nobody to share with.';
  }
  if (limit.by === 'uplink') return 'The uplinks are too short for this bitrate.';
  return 'Too few viewers of a title can and may link to each other.';
}

function doubt({ limit }: PlanCase): string {
  if (limit.by === 'uplink') return 'in the pessimistic case uplinks are too short';
  return 'in the pessimistic case too few viewers of a title link to each other';
}

const SECONDS_AN_HOUR = 3_600;
const GB = 1e9;
/** A smaller share of the bill is not worth the trouble. */
const WORTHWHILE = 0.1;
/** Viewers of a title at once, below which somebody is mostly alone. */
const COMPANY = 1.5;
