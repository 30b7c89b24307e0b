import type { Event } from '../../event.ts'
import { F } from '../../fields/index.ts'
import { trimBlanks, type ByteString } from '../../lib/bytes.ts'
import { isPlain } from '../../lib/plain-text.ts'
import { setText } from './texts.ts'

/** Applications have short names; a longer bracket is something else. */
const APPLICATION_LIMIT = 64

/** `[Pool 1]`, `[Volume DataVol1, Pool 1]`, `[Host: Disk 1]` name the thing that the text is about. */
const OBJECT = /^(?:Pool|Volume|RAID|Disk|Drive|Host|LUN|SSD|Enclosure|JBOD|REXP|Port|Snapshot|Cache)\b.*[\d:]/

/**
 * Sets the content of an event: the text as it stands, the application of its bracket where no key names it, and what the
 * text says if it is a known one.
 */
export function setContent(event: Event, content: ByteString): void {
  event.set(F.message, content)
  const bracket = applicationOf(content)
  const named = event.get(F['qnap.nas.application'])
  if (named === undefined && bracket !== undefined) {
    event.set(F['qnap.nas.application'], bracket)
    event.isPlain &&= isPlain(bracket)
  }
  const application = named ?? bracket
  setText(event, application ?? '', bracket === undefined ? content : trimBlanks(content.slice(bracket.length + 2)))
}

/** The application of `[App] text`, or `undefined`. */
export function applicationOf(content: ByteString): ByteString | undefined {
  if (content.charCodeAt(0) !== 0x5b) return undefined
  const end = content.indexOf(']')
  if (end <= 1 || end > APPLICATION_LIMIT) return undefined
  const name = content.slice(1, end)
  return OBJECT.test(name) ? undefined : name
}
