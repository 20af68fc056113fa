/** What a Content Steering server answers, for HLS and for DASH alike. */

export interface Pathway {
  readonly id: string;
  /** Host, and port when it has one, that takes the place of the base's; undefined for the base. */
  readonly host: string | undefined;
}

export interface SteeringOrder {
  /** All pathways, the best first. */
  readonly pathways: readonly Pathway[];
  /** The pathway that manifests name, which others are clones of; undefined: they name all. */
  readonly baseId: string | undefined;
  /** When a player asks again. */
  readonly ttlSec: number;
  /** Where a player asks again. */
  readonly reloadUri: string;
}

/** Pathways of one answer: a player tries few, and asks again. */
export const PATHWAYS_MAX = 8;

/**
 * The steering manifest as JSON (RFC 8216bis section 7.1; ETSI TS 103 998). Pathways that manifests
 * do not name are clones of the base, so an edge is added without touching a manifest.
 */
export function steeringManifest(order: SteeringOrder): string {
  const { baseId, ttlSec, reloadUri } = order;
  const pathways = order.pathways.slice(0, PATHWAYS_MAX);
  const clones = pathways.filter(({ id, host }) => id !== baseId && host !== undefined);
  return JSON.stringify({
    VERSION: 1,
    TTL: ttlSec,
    'RELOAD-URI': reloadUri,
    'PATHWAY-PRIORITY': pathways.map(({ id }) => id),
    ...(baseId === undefined || clones.length === 0
      ? {}
      : {
          'PATHWAY-CLONES': clones.map(({ id, host }) => ({
            'BASE-ID': baseId,
            ID: id,
            'URI-REPLACEMENT': { HOST: host },
          })),
        }),
  });
}
