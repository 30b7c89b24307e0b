import type { Envelope } from '../envelope/envelope.ts'
import type { Event } from '../event.ts'
import type { Parser } from './parser.ts'
import { plain } from './plain.ts'
import { qnap } from './qnap/index.ts'
import { qumulo } from './qumulo/index.ts'

/** Every parser, in the order in which they are asked. The last one takes every line. */
export const parsers: readonly Parser[] = [qnap, qumulo, plain]

/** Lets the first parser that knows the line read it into the event, and returns that parser. */
export function parseBody(envelope: Envelope, event: Event): Parser {
  for (const parser of parsers) if (parser.parse(envelope, event)) return parser
  return plain
}
