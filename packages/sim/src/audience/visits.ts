/** When each place is taken, left and taken again. */
import type { Ms, Random } from '@shoal/core/units';
import type { ScenarioFile } from '../file/schema.js';
import type { VisitSpec } from '../scenario.js';
import { chosen, dealt, exponential } from './draws.js';
import type { Place } from './places.js';

type Departure = NonNullable<ScenarioFile['viewers']['leave']>[number];

/** A departure of one place, if somebody is there then. */
interface Exit {
  readonly at: Ms;
  readonly noticeMs: Ms;
  readonly backAt: Ms | undefined;
}

/** All visits of all places, by arrival. */
export function visitsOf(
  file: ScenarioFile,
  places: readonly Place[],
  random: Random,
): readonly VisitSpec[] {
  const firsts = arrivalsOf(file, random);
  const exits = exitsOf(file, random);
  const visits = places.flatMap((place, i) =>
    visitsOfPlace(file, random, place, firsts[i] ?? 0, exits[i] ?? []),
  );
  return visits.sort((a, b) => a.arriveAt - b.arriveAt);
}

function arrivalsOf({ viewers }: ScenarioFile, random: Random): readonly Ms[] {
  const { arrive, count } = viewers;
  const shares = arrive.map(({ share }) => share);
  return dealt(random, count, shares).map((card) => {
    const { at = 0, within = 1 } = arrive[card] ?? {};
    return at + random.below(within);
  });
}

/** Of each place, in order of time. */
function exitsOf({ viewers }: ScenarioFile, random: Random): readonly (readonly Exit[])[] {
  const { leave = [], count } = viewers;
  const lots = leave.map((departure) => ({
    departure,
    lot: chosen(random, count, departure.share),
  }));
  return Array.from({ length: count }, (_, i) =>
    lots
      .filter(({ lot }) => lot[i] === true)
      .map(({ departure }) => exitOf(departure, random))
      .sort((a, b) => a.at - b.at),
  );
}

function exitOf({ at, within, back, notice }: Departure, random: Random): Exit {
  const leaveAt = at + random.below(within);
  const backAt = back === undefined ? undefined : leaveAt + back + random.below(within);
  return { at: leaveAt, noticeMs: notice, backAt };
}

function visitsOfPlace(
  file: ScenarioFile,
  random: Random,
  place: Place,
  first: Ms,
  exits: readonly Exit[],
): VisitSpec[] {
  const visits: VisitSpec[] = [];
  for (let next: Ms | undefined = first; next !== undefined && next < file.for; ) {
    const arriveAt: Ms = next;
    const stay = stayOf(file, place, random);
    const exit = exits.find(({ at }) => at > arriveAt);
    const own = stay === undefined ? Number.POSITIVE_INFINITY : arriveAt + stay.ms;
    const leaveAt = Math.min(own, exit?.at ?? Number.POSITIVE_INFINITY);
    const isExit = exit !== undefined && leaveAt === exit.at;
    visits.push(visitOf(place, arriveAt, leaveAt, isExit ? exit.noticeMs : (stay?.noticeMs ?? 0)));
    if (isExit) next = exit.backAt;
    else if (stay?.replaced === true) next = leaveAt + random.below(PAUSE_MS);
    else next = undefined;
  }
  return visits;
}

function visitOf(place: Place, arriveAt: Ms, leaveAt: Ms, noticeMs: Ms): VisitSpec {
  const { access, consent, uploads, behaviour, network, ladder } = place;
  const stays = leaveAt === Number.POSITIVE_INFINITY;
  return {
    ...access,
    arriveAt,
    ...(stays ? {} : { leaveAt, noticeMs }),
    consent,
    uploads,
    behaviour,
    network,
    ladder,
  };
}

interface Stay {
  readonly ms: Ms;
  readonly noticeMs: Ms;
  readonly replaced: boolean;
}

/** Undefined: to the end. */
function stayOf({ viewers }: ScenarioFile, place: Place, random: Random): Stay | undefined {
  if (place.behaviour === 'leaver') {
    return { ms: 3_000 + random.below(5_000), noticeMs: CUT_NOTICE_MS, replaced: true };
  }
  const { stay } = viewers;
  if (stay === undefined) return undefined;
  const ms = Math.max(STAY_MS_MIN, exponential(random, stay.mean));
  return { ms, noticeMs: CLOSE_NOTICE_MS, replaced: stay.replaced };
}

/** Before a place that is free is taken again. */
const PAUSE_MS = 2_000;
const STAY_MS_MIN = 2_000;
/** A closed page tells; a cut cable is noticed when ICE gives up. */
const CLOSE_NOTICE_MS = 200;
const CUT_NOTICE_MS = 12_000;
