/** Asks several edges to purge, all at once. */
import { ShoalError } from '@shoal/core/errors';

/** What to purge; at least one of them. */
export interface PurgeOrder {
  readonly urls: readonly string[];
  readonly prefixes: readonly string[];
  readonly streams: readonly string[];
  readonly tags: readonly string[];
  readonly soft: boolean;
}

/** What became of it at one edge: a number of objects, or a sentence why not. */
export interface PurgeOutcome {
  readonly edge: string;
  readonly objects?: number;
  readonly trouble?: string;
}

/** Edges asked at once. */
export const PURGED_EDGES_MAX = 1000;

/**
 * In the order of `edges`, their admin addresses. Throws `server/config` when the order is empty or
 * an address is none; an edge that fails is an outcome.
 */
export async function purgeEdges(
  edges: readonly string[],
  order: PurgeOrder,
  token: string | undefined,
): Promise<readonly PurgeOutcome[]> {
  const { urls, prefixes, streams, tags } = order;
  if ([urls, prefixes, streams, tags].every((list) => list.length === 0)) {
    throw new ShoalError('server/config', 'say what: --url, --prefix, --stream or --tag');
  }
  if (edges.length > PURGED_EDGES_MAX) {
    throw new ShoalError('server/config', `name ${PURGED_EDGES_MAX} edges at most`);
  }
  const bases = edges.map(baseOf);
  return Promise.all(bases.map((base, at) => purgeOne(edges[at] ?? '', base, order, token)));
}

async function purgeOne(
  edge: string,
  base: URL,
  order: PurgeOrder,
  token: string | undefined,
): Promise<PurgeOutcome> {
  try {
    const answer = await fetch(new URL('api/purge', base), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(order),
      // The token goes where it was meant to go.
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = (await answer.text()).slice(0, ANSWER_CHARS);
    const objects = answer.ok ? objectsOf(text) : undefined;
    if (objects !== undefined) return { edge, objects };
    return { edge, trouble: `refused: ${plain(text) || `HTTP ${answer.status}`}` };
  } catch (error) {
    return { edge, trouble: `not reached: ${whyOf(error)}` };
  }
}

function objectsOf(text: string): number | undefined {
  try {
    const { objects } = JSON.parse(text) as { readonly objects?: unknown };
    return typeof objects === 'number' ? objects : undefined;
  } catch {
    return undefined;
  }
}

/** One line, and nothing that a terminal obeys. */
function plain(text: string): string {
  return text.split('\n', 1)[0]?.replace(/[^\x20-\x7e]/g, '') ?? '';
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${PATIENCE_MS / 1000} s`;
  const { code } = (error.cause ?? {}) as { readonly code?: string };
  return code === 'ECONNREFUSED' ? 'connection refused' : (code ?? error.message);
}

function baseOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    const example = 'such as http://127.0.0.1:9080';
    throw new ShoalError('server/config', `--edge must be an address ${example}, not "${text}"`);
  }
  return new URL(url.pathname.endsWith('/') ? url.href : `${url.href}/`);
}

const PATIENCE_MS = 5000;
const ANSWER_CHARS = 1000;
