import type { Event } from '../../event.ts'
import { F } from '../../fields/index.ts'
import type { ByteString } from '../../lib/bytes.ts'
import { flagReadings, setClientOfBroken } from './conn.ts'
import { setContent } from './content.ts'
import { APPLICATION, CATEGORY, COMPUTER, CONTENT, SOURCE_IP, readUpTo } from './keys.ts'
import { readKeys, type Grammar } from './readings.ts'
import { BEHIND_CLIENT, readUsual, usualLine } from './usual.ts'
import { markTruncated, setClient, valueOf } from './values.ts'

const KEYS: readonly string[] = [SOURCE_IP, COMPUTER, APPLICATION, CATEGORY, CONTENT]

/**
 * Reads an event log line from behind `event log: Users: `:
 * `U, Source IP: I, Computer name: C[, Application: P, Category: K], Content: text`. The short form is that of QTS up to
 * 4.5.1, and of events of the System user since.
 */
export function readEventLog(body: ByteString, start: number, event: Event): void {
  if (readUsualEventLog(body, start, event)) return
  const readings = readKeys(body, start, body.length, grammar)
  if (readings === undefined) {
    setClientOfBroken(body, start, event)
    if (body.includes(CONTENT, start)) {
      return event.fail('missing_key', 'expected "Source IP: ", "Computer name: " and "Content: " in this order')
    }
    markTruncated(event)
    return event.fail('missing_key', 'expected "Content: ", found the end of the line')
  }
  flagReadings(body, start, KEYS, readings, event)
  const [user, address, computer, application, category, content] = readings.values
  setClient(event, user, address, computer)
  setDescription(event, application, category, content)
}

/** Contents hold quotes as often as not: setContent looks at the pieces of them that become fields. */
const USUAL = usualLine(KEYS, CONTENT, '', true)

/**
 * The usual line: no comma in the values before the content, and no key within the content. Only a key in the first 64 bytes
 * of the content could be part of a computer name, but all of it is looked at, so that a repeated key is always flagged.
 */
function readUsualEventLog(body: ByteString, start: number, event: Event): boolean {
  const values = readUsual(USUAL, body, start, event)
  if (values === undefined) return false
  setDescription(event, values[BEHIND_CLIENT], values[BEHIND_CLIENT + 1], values[BEHIND_CLIENT + 2])
  return true
}

/** Reads `Application: P, Category: K, Content: text` or `Category: K, Content: text`, all that a relay may leave of a line. */
export function readFragment(body: ByteString, event: Event): boolean {
  const application = body.startsWith('Application: ') ? readUpTo(body, 'Application: '.length, CATEGORY) : undefined
  const categoryAt = application?.next ?? (body.startsWith('Category: ') ? 'Category: '.length : -1)
  const category = categoryAt < 0 ? undefined : readUpTo(body, categoryAt, CONTENT)
  if (category === undefined) return false
  event.flag('missing_key')
  setDescription(event, application?.value, category.value, body.slice(category.next))
  return true
}

function setDescription(
  event: Event,
  application: ByteString | undefined,
  category: ByteString | undefined,
  content: ByteString | undefined,
): void {
  event.set(F['qnap.nas.application'], valueOf(application))
  event.set(F['qnap.nas.category'], valueOf(category))
  const text = valueOf(content)
  if (text !== undefined) setContent(event, text)
}

/**
 * Where `Application` and `Category` stand right before `Content`, they are keys and not the end of a computer name:
 * otherwise every line would have two readings. The price: in the short form, a computer name that ends in both passes for
 * them. That form is the System user's, whose computer is `---` or `localhost`, and that of QTS up to 4.5.1.
 */
const grammar: Grammar = {
  tailKeys: [APPLICATION, CONTENT],
  tailLength: 3,
  readTails(body, from, lastEnd, _end, tails) {
    let applicationAt = body.indexOf(APPLICATION, from)
    let contentAt = body.indexOf(CONTENT, from)
    const firstApplication = applicationAt
    let taken = -1
    while (!tails.full) {
      if (applicationAt >= 0 && (contentAt < 0 || applicationAt < contentAt)) {
        if (applicationAt > lastEnd) return
        const application = readUpTo(body, applicationAt + APPLICATION.length, CATEGORY)
        const category = application === undefined ? undefined : readUpTo(body, application.next, CONTENT)
        if (application !== undefined && category !== undefined) {
          taken = category.next
          tails.add(applicationAt, [application.value, category.value, body.slice(taken)])
        }
        applicationAt = body.indexOf(APPLICATION, applicationAt + APPLICATION.length)
      } else {
        if (contentAt < 0 || contentAt > lastEnd) return
        const next = contentAt + CONTENT.length
        // An application with a comma in its name would otherwise become part of the computer's name.
        const holdsApplication = firstApplication >= 0 && firstApplication < contentAt
        if (next !== taken) tails.add(contentAt, [undefined, undefined, body.slice(next)], holdsApplication)
        contentAt = body.indexOf(CONTENT, next)
      }
    }
  },
}
