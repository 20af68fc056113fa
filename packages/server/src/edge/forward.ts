/** What upstreams are told of a viewer's headers, where they are told any: never a token. */
import { withoutTokens } from '@shoal/core/access';
import { forwarded } from '@shoal/core/edge';
import type { Call } from '../http/call.js';

/** The headers of a request to pass on, names in lower case. */
export function headersToForward({ headers }: Call['req']): Readonly<Record<string, string>> {
  return forwarded(withoutTokens(headers as Record<string, string | undefined>));
}
