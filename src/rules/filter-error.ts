import { printableText } from '../lib/printable.ts'

/** A filter cannot be read: where, and what was expected. The message is one line of printable text. */
export class FilterError extends Error {
  /** Place in the filter's text, in characters from 1. */
  readonly column: number
  constructor(column: number, message: string) {
    super(printableText(message))
    this.column = column
  }
}
