import type { StructuredElement } from '../../envelope/structured-data.ts'
import type { ByteString } from '../../lib/bytes.ts'
import { valueOf } from './values.ts'

/** The parameters of both QuLog elements. Sources: a real `QuLog@Access` line; SentinelOne's parser for `QuLog@Event`. */
const KNOWN: ReadonlySet<string> = new Set([
  'mac', 'ip', 'user', 'source', 'computer', 'application', 'application_id', 'category', 'category_id', 'message_id',
  'action', 'action_result', 'service', 'extra_data', 'client_id', 'client_app', 'client_agent',
])

/** Parameters that the device sets before the first one that a client chooses (`user`). */
const BEFORE_USER: ReadonlySet<string> = new Set(['mac', 'ip'])
/** Parameters whose values a client chooses. */
const CHOSEN: ReadonlySet<string> = new Set(['user', 'computer', 'extra_data', 'client_id', 'client_app', 'client_agent'])

/**
 * How far an element can be trusted. `repeated`: a parameter stands twice. `broken`: its grammar is, and the last values that
 * were read may be halves. `spilled`: parameters stand in the message, so something within a value closed the element.
 */
export type Trust = 'whole' | 'repeated' | 'broken' | 'spilled'

/**
 * The parameters of a QuLog element. A writer that does not escape quotes lets a user name end its own value and forge the
 * parameters behind it; then the values that it may have forged, and those that it may have cut, are not believed.
 */
export class Parameters {
  readonly trust: Trust
  readonly #element: StructuredElement
  readonly #doubtful: ReadonlySet<ByteString>

  constructor(element: StructuredElement, trust: Trust) {
    this.trust = trust
    this.#element = element
    this.#doubtful = trust === 'whole' ? NONE : doubtfulParameters(element, trust)
  }

  has(name: string): boolean {
    return this.#element.params.has(name)
  }

  /** The value; `undefined` for a placeholder and for a value that is not believed. */
  get(name: string): ByteString | undefined {
    return this.#doubtful.has(name) ? undefined : valueOf(this.#element.params.get(name))
  }
}

const NONE: ReadonlySet<ByteString> = new Set()

function doubtfulParameters({ params, repeated }: StructuredElement, trust: Trust): ReadonlySet<ByteString> {
  const names = [...params.keys()]
  return new Set(
    names.filter((name, index) => {
      if (repeated.has(name)) return true
      if (trust === 'spilled') return !BEFORE_USER.has(name)
      if (repeated.size > 0 && CHOSEN.has(name)) return true
      return trust === 'broken' && !KNOWN.has(names[index + 1] ?? '')
    }),
  )
}

/** How far an element can be trusted, by itself, by what the reader of the header says, and by the message behind it. */
export function trustOf(element: StructuredElement, broken: boolean, body: ByteString): Trust {
  if (isSpilled(body) && !isWhole(element)) return 'spilled'
  if (broken) return 'broken'
  return element.repeated.size > 0 ? 'repeated' : 'whole'
}

/**
 * Parameters that QuLog Center writes behind the user. More than 64 bytes (the most that it keeps of a name) are needed to forge all of
 * them, so an element that has each once was closed by the device: what looks like parameters behind it is a name in the message.
 */
const BEHIND_USER: readonly string[] = ['source', 'computer', 'application', 'extra_data', 'client_id', 'client_app', 'client_agent']

function isWhole({ params, repeated }: StructuredElement): boolean {
  return repeated.size === 0 && BEHIND_USER.every((name) => params.has(name))
}

/** Whether parameters stand in the message: `Administration" source="nas" computer="---"] Administration`. */
function isSpilled(body: ByteString): boolean {
  return body.includes('="') && /" (?:source|computer|application|action|service)="/.test(body)
}
