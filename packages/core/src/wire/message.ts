/** Messages: a tag of one byte, then the fields of its kind. */
import { type Field, type Fields, struct, type Wire } from './field.js';

/** One kind of message: its fields, its tag on the wire, and its name in memory. */
export interface Kind<M extends { readonly type: string }> extends Field<M> {
  readonly tag: number;
  readonly type: M['type'];
}

export function message<M extends { readonly type: string }>(
  tag: number,
  type: M['type'],
  fields: Fields<Omit<M, 'type'>>,
): Kind<M> {
  return kind(tag, type, struct(fields));
}

/** A kind whose body needs more than a list of fields. */
export function kind<M extends { readonly type: string }>(
  tag: number,
  type: M['type'],
  body: Field<Omit<M, 'type'>>,
): Kind<M> {
  const field = (wire: Wire, value: M | undefined): M => ({ type, ...body(wire, value) }) as M;
  return Object.assign(field, { tag, type });
}

/** Any of `kinds`, told apart by their tags; an unknown tag is a violation. */
export function anyOf<M extends { readonly type: string }>(
  ...kinds: readonly { [T in M['type']]: Kind<Extract<M, { type: T }>> }[M['type']][]
): Field<M> {
  const all = kinds as readonly unknown[] as readonly Kind<M>[];
  return (wire: Wire, value) => {
    const tag = wire.uint(1, all.find(({ type }) => type === value?.type)?.tag);
    const found = all.find((kind) => kind.tag === tag);
    wire.check(found, 'kind');
    return found(wire, value);
  };
}
