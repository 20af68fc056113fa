/** Address translators: which pairs of hosts can link at all. */

/**
 * `open`: reachable by whoever it wrote to or by all. `restricted`: one outer port, which only
 * hosts that it wrote to reach. `symmetric`: another outer port for every host. `blocked`: no UDP.
 */
export type Nat = 'open' | 'restricted' | 'symmetric' | 'blocked';

/** Whether two hosts can punch a hole (RFC 5128 section 3.3); without UDP nobody can. */
export function canPunch(a: Nat, b: Nat): boolean {
  if (a === 'blocked' || b === 'blocked') return false;
  if (a === 'symmetric') return b === 'open';
  return b !== 'symmetric' || a === 'open';
}
