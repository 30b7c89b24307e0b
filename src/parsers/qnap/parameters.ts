import type { StructuredElement } from '../../envelope/structured-data.ts'
import type { Event } from '../../event.ts'
import type { ByteString } from '../../lib/bytes.ts'
import { valueOf } from './values.ts'

/** The parameters of both QuLog elements. Sources: a real `QuLog@Access` line; SentinelOne's parser for `QuLog@Event`. */
const KNOWN: ReadonlySet<string> = new Set([
  'mac', 'ip', 'user', 'source', 'computer', 'application', 'application_id', 'category', 'category_id', 'message_id',
  'action', 'action_result', 'service', 'extra_data', 'client_id', 'client_app', 'client_agent',
])

/** The parameters of a QuLog element that the device sets before the first one that a client chooses (`user`). */
const BEFORE_USER: ReadonlySet<string> = new Set(['mac', 'ip'])

/**
 * How far an element can be trusted. `broken`: its grammar did, and the last values that were read may be halves. `spilled`:
 * parameters stand in the message, so something within a value closed the element.
 */
export type Trust = 'whole' | 'broken' | 'spilled'

/**
 * The parameters of a QuLog element. A writer that does not escape quotes lets a user name end its own value, so some values are
 * not believed: of a parameter that stands twice; in broken data, of one that no known parameter follows; and where the
 * element spilled into the message, of all from the user on.
 */
export class Parameters {
  readonly trust: Trust
  readonly #element: StructuredElement
  readonly #event: Event
  readonly #cut: ReadonlySet<ByteString>

  constructor(element: StructuredElement, trust: Trust, event: Event) {
    this.trust = trust
    this.#element = element
    this.#event = event
    this.#cut = trust === 'whole' ? NONE : doubtfulParameters(element, trust)
  }

  has(name: string): boolean {
    return this.#element.params.has(name)
  }

  /** The value; `undefined` for a placeholder and for a value that is not believed, which is flagged. */
  get(name: string): ByteString | undefined {
    if (this.#cut.has(name)) return undefined
    if (!this.#element.repeated.has(name)) return valueOf(this.#element.params.get(name))
    this.#event.flag('ambiguous_key')
    return undefined
  }
}

const NONE: ReadonlySet<ByteString> = new Set()

function doubtfulParameters({ params }: StructuredElement, trust: Trust): ReadonlySet<ByteString> {
  const names = [...params.keys()]
  if (trust === 'spilled') return new Set(names.filter((name) => !BEFORE_USER.has(name)))
  return new Set(names.filter((_, index) => !KNOWN.has(names[index + 1] ?? '')))
}

/** Whether parameters stand in the message: `Administration" source="nas" computer="---"] Administration`. */
export function isSpilled(body: ByteString): boolean {
  return body.includes('="') && /" (?:source|computer|application|action|service)="/.test(body)
}
