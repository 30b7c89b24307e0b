import type { Event } from '../../event.ts'
import { F } from '../../fields/index.ts'
import type { ByteString } from '../../lib/bytes.ts'
import { UNTYPED, actionOfText, isCutAction, type Action } from './actions.ts'
import { ACTION, COMPUTER, CONNECTION, RESOURCES, SOURCE_IP, isRepeated, readUpTo } from './keys.ts'
import { readKeys, type Grammar, type Readings } from './readings.ts'
import { setResource } from './resource.ts'
import { protocolOf } from './services.ts'
import { BEHIND_CLIENT, readUsual, usualLine } from './usual.ts'
import { isPlaceholder, markTruncated, setClient } from './values.ts'

const KEYS: readonly string[] = [SOURCE_IP, COMPUTER, CONNECTION, RESOURCES, ACTION]

/**
 * Reads an access log line from behind `conn log: Users: `:
 * `U, Source IP: I, Computer name: C, Connection type: T, Accessed resources: R, Action: A`.
 */
export function readConn(body: ByteString, start: number, event: Event): void {
  if (!readUsualConn(body, start, event)) readHostileConn(body, start, event)
}

/** Behind the words of an action, relays and QuLog itself leave a full stop and blanks. */
const USUAL = usualLine(KEYS, RESOURCES, ACTION + String.raw`([\w -]*[\w-])[. ]*`)

function readUsualConn(body: ByteString, start: number, event: Event): boolean {
  const values = readUsual(USUAL, body, start, event)
  if (values === undefined) return false
  setAccess(event, values[BEHIND_CLIENT], values[BEHIND_CLIENT + 1], values[BEHIND_CLIENT + 2])
  return true
}

/** A line with a comma in a value, with unknown keys, or a broken one. */
function readHostileConn(body: ByteString, start: number, event: Event): void {
  const actionAt = body.lastIndexOf(ACTION)
  const action = actionAt < start ? undefined : readAction(body, actionAt)
  const readings = readKeys(body, start, action === undefined ? endOfCut(body) : actionAt, grammar)
  if (readings !== undefined) {
    flagReadings(body, start, KEYS, readings, event)
    const [user, address, computer, type, resource] = readings.values
    setClient(event, user, address, computer)
    setAccess(event, type, resource, action)
    if (isFollowedByOther(body, start, SOURCE_IP, address, COMPUTER) || isFollowedByOther(body, start, CONNECTION, type, RESOURCES)) event.flag('unknown_key')
  } else {
    setClientOfBroken(body, start, event)
  }
  if (action === undefined) {
    markTruncated(event)
    event.fail('missing_key', 'expected "Action: ", found the end of the line')
  } else if (readings === undefined) {
    event.fail('missing_key', 'expected "Source IP: ", "Computer name: ", "Connection type: " and "Accessed resources: " in this order')
  }
}

/** The end of a line that was cut before its action, without what is left of the key: it is no part of the resource. */
function endOfCut(body: ByteString): number {
  for (let left = ACTION.length; left >= 2; left--) if (body.endsWith(ACTION.slice(0, left))) return body.length - left
  return body.length
}

/** True if the value is there, and another key than the one that belongs behind it follows. */
function isFollowedByOther(body: ByteString, start: number, key: string, value: ByteString | undefined, next: string): boolean {
  return value !== undefined && !body.includes(key + value + next, start)
}

/** Text of the action behind the key at `at`, or `undefined` if what stands there is the rest of a file name: the line was then cut. */
function readAction(body: ByteString, at: number): ByteString | undefined {
  const from = at + ACTION.length
  let end = body.length
  for (; end > from; end--) {
    const code = body.charCodeAt(end - 1)
    // A full stop, a blank, CR, LF, NUL: relays and QuLog itself leave them at the end.
    if (code !== 0x2e && code !== 0x20 && code !== 0x0d && code !== 0x0a && code !== 0) break
  }
  const text = body.slice(from, end)
  return text === '' || text.includes(',') || text.includes('/') ? undefined : text
}

const grammar: Grammar = {
  tailKeys: [CONNECTION],
  tailLength: 2,
  readTails(body, from, lastEnd, end, tails) {
    let at = body.indexOf(CONNECTION, from)
    while (at >= 0 && at <= lastEnd && !tails.full) {
      const type = readUpTo(body, at + CONNECTION.length, RESOURCES)
      if (type !== undefined && type.next <= end) tails.add(at, [type.value, body.slice(type.next, end)])
      at = body.indexOf(CONNECTION, at + CONNECTION.length)
    }
  },
}

/** The client of a line whose end is missing, as far as it can be read. */
export function setClientOfBroken(body: ByteString, start: number, event: Event): void {
  const readings = readKeys(body, start, body.length, clientOnly)
  if (readings === undefined) return
  if (readings.ambiguous) event.flag('ambiguous_key')
  setClient(event, readings.values[0], readings.values[1], undefined)
}

const clientOnly: Grammar = {
  tailKeys: [],
  tailLength: 0,
  readTails(_body, from, _lastEnd, _end, tails) {
    tails.add(from, [])
  },
}

/** Says what was doubtful about the keys of a line that could be read. */
export function flagReadings(body: ByteString, start: number, keys: readonly string[], readings: Readings, event: Event): void {
  if (readings.ambiguous) event.flag('ambiguous_key')
  else if (keys.some((key) => isRepeated(body, start, key))) event.flag('repeated_key')
  if (readings.withoutComputer) event.flag('missing_key')
}

function setAccess(
  event: Event,
  connectionType: ByteString | undefined,
  resource: ByteString | undefined,
  actionText: ByteString | undefined,
): void {
  const protocol = connectionType === undefined || isPlaceholder(connectionType) ? undefined : protocolOf(connectionType)
  if (connectionType !== undefined && !isPlaceholder(connectionType)) {
    event.set(F['qnap.nas.connection_type'], connectionType)
    event.set(F['network.protocol'], protocol)
  }
  const action = actionText === undefined || isPlaceholder(actionText) ? undefined : setAction(event, actionText)
  if (resource !== undefined && !isPlaceholder(resource)) setResource(event, resource, action, protocol)
}

function setAction(event: Event, text: ByteString): Action | undefined {
  const found = actionOfText(text)
  if (found?.known === false && isCutAction(text)) {
    markTruncated(event)
    return undefined
  }
  if (found === undefined || !found.known) event.flag('unknown_operation')
  if (found === undefined) return undefined
  const { name, category, type, outcome } = found.action
  event.set(F['event.action'], name)
  event.set(F['event.category'], category)
  event.set(F['event.type'], type ?? UNTYPED)
  event.set(F['event.outcome'], outcome)
  return found.action
}
