/** Messages: a tag of one byte, then the fields of its kind. */
import { type Field, type Fields, struct } from './field.js';

/** One kind of message: its tag on the wire, its name in memory, and its fields. */
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
  return { tag, type, write: body.write, read: (from) => ({ type, ...body.read(from) }) as M };
}

/** Any of `kinds`, told apart by their tags; an unknown tag is a violation. */
export function anyOf<M extends { readonly type: string }>(
  ...kinds: readonly { [T in M['type']]: Kind<Extract<M, { type: T }>> }[M['type']][]
): Field<M> {
  const all = kinds as readonly Kind<M>[];
  return {
    write(to, value) {
      const found = to.defined(
        all.find((kind) => kind.type === value.type),
        'kind',
      );
      to.uint(1, found.tag);
      found.write(to, value);
    },
    read(from) {
      const tag = from.uint(1);
      return from
        .defined(
          all.find((kind) => kind.tag === tag),
          'kind',
        )
        .read(from);
    },
  };
}
