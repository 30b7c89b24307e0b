import type { Field } from '../fields/declare.ts'

/** A filter as it was written; `compileFilter` makes a function of it. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | { readonly kind: 'comparison'; readonly comparison: Comparison }

export type Operator = ':' | '<' | '<=' | '>' | '>='

export interface Comparison {
  readonly field: Field
  readonly operator: Operator
  readonly value: Literal
}

/** A value as written, its escapes undone. */
export interface Literal {
  /** The text between the wildcards: `a*b` is `['a', 'b']`, and a text without one is a single part. Ordinary text (UTF-16). */
  readonly parts: readonly string[]
  /** As it stands in the filter, for errors. */
  readonly source: string
  /** Offset in the filter, in UTF-16 units. */
  readonly offset: number
}
