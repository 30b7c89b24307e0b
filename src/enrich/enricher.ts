import type { Event } from '../event.ts'
import type { Field } from '../fields/declare.ts'

/** A stage that derives fields from fields. Pure and total. */
export interface Enricher {
  readonly name: string
  /** The fields it may set: the stage is left out where none of them is wanted. */
  readonly sets: readonly Field[]
  apply(event: Event): void
}
