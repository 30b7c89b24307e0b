import type { Envelope } from '../../envelope/envelope.ts'
import type { StructuredElement } from '../../envelope/structured-data.ts'
import type { Event } from '../../event.ts'
import { F } from '../../fields/index.ts'
import { lowerAscii, type ByteString } from '../../lib/bytes.ts'
import { startsAt } from '../../lib/starts-at.ts'
import type { Parser } from '../parser.ts'
import { readConn } from './conn.ts'
import { applicationOf } from './content.ts'
import { readEventLog, readFragment } from './event-log.ts'
import { CONTENT, RESOURCES } from './keys.ts'
import { Parameters, trustOf } from './parameters.ts'
import { readAccess, readEvent } from './structured.ts'
import { valueOf } from './values.ts'

/** QNAP NAS: `qlogd` of QTS 4, `qulogd` of QTS 5 and QuTS hero, in RFC 3164 and RFC 5424. */
export const qnap: Parser = {
  name: 'qnap',
  samples: [
    '<30>Jul 15 18:03:54 NAShostname qulogd[13241]: conn log: Users: admin, Source IP: 10.0.0.1, Computer name: ---, Connection type: HTTP, Accessed resources: ---, Action: Logout',
    'Sep  1 11:01:31 NAS8E49A8 qulogd[19113]: event log: Users: Administrator, Source IP: 192.168.130.113, Computer name: ---, Application: Users, Category: General, Content: [Users] Edited the account profile of user "test".',
    '<30>1 2026-06-28T19:39:06.466+01:00 host-example qulogd: 19683 - [QuLog@Access mac="00-00-5E-00-53-23" ip="192.0.2.10" user="alice.johnson" source="example-source" computer="---" application="---" action="512" action_result="0" service="1024" extra_data="" client_id="89a1d5c1-2b3e-4f67-8a9b-0c1d2e3f4a5b" client_app="Web Desktop" client_agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64)"] Administration',
    '2024 May 15 01:02:59 (NMS_echo) any->C:\\syslog 192.168.30.3 May 14 18:02:56 EchoBendQNAP daemon info qulogd[3936] conn log: Users: sysadmin, Source IP: 10.200.126.5, Computer name: ---, Connection type: HTTPS, Accessed resources: ---, Action: Logout.',
  ],
  // The stamps are the local time of the NAS: only the operator knows its zone.
  defaultZone: undefined,
  parse(envelope, event) {
    const { body, appname, structuredData } = envelope
    const own = appname === 'qulogd' || appname === 'qlogd'
    const element = structuredData === undefined ? undefined : quLogElement(structuredData)
    if (element !== undefined) {
      readElement(element, envelope, event)
    } else if (own && isStructuredDataLost(envelope)) {
      setConstants(event, undefined)
      event.flag('structured_data_lost')
      event.set(F['qnap.nas.application'], applicationOf(body))
      event.set(F.message, valueOf(body))
    } else if (!readText(body, appname, event)) {
      if (!own) return appname === undefined && readBareFragment(body, event)
      setConstants(event, undefined)
      event.set(F.message, valueOf(body))
      event.fail('missing_key', 'expected "conn log: Users: ", "event log: Users: " or QuLog structured data')
    }
    return true
  },
}

function setConstants(event: Event, provider: string | undefined): void {
  event.set(F['event.kind'], 'event')
  event.set(F['event.module'], 'qnap_nas')
  event.set(F['event.dataset'], 'qnap_nas.log')
  event.set(F['event.provider'], provider)
  event.set(F['observer.vendor'], 'QNAP')
  event.set(F['observer.product'], 'NAS')
  event.set(F['observer.type'], 'nas')
}

/** The first element of QuLog Center. Writers differ in the case of the name. */
function quLogElement(elements: readonly StructuredElement[]): StructuredElement | undefined {
  return elements.find(({ id }) => isAccess(id) || isEvent(id))
}

function isAccess(id: ByteString): boolean {
  return id === 'QuLog@Access' || lowerAscii(id) === 'qulog@access'
}

function isEvent(id: ByteString): boolean {
  return id === 'QuLog@Event' || lowerAscii(id) === 'qulog@event'
}

function readElement(element: StructuredElement, { body, problem }: Envelope, event: Event): void {
  const trust = trustOf(element, problem === 'invalid_structured_data', body)
  const parameters = new Parameters(element, trust)
  if (isAccess(element.id)) {
    setConstants(event, 'conn-log')
    readAccess(parameters, body, event)
  } else {
    setConstants(event, 'event-log')
    readEvent(parameters, body, event)
  }
  if (element.repeated.size > 0) event.flag('ambiguous_key')
  if (trust === 'spilled') {
    event.fail('ambiguous_key', 'expected the parameters of QuLog before the message only, found some within it')
  }
}

/** A relay printed an RFC 5424 line in the classic format, or as RFC 5424 without its structured data. */
function isStructuredDataLost({ structuredDataLost, form, problem, body }: Envelope): boolean {
  return structuredDataLost || (form === 'rfc5424' && problem === undefined && markAt(body, 0) === undefined)
}

const CONN = 'conn log: Users: '
const EVENT = 'event log: Users: '
const ERROR = 'err log: Users: '
/** Headers of relays are shorter than this. */
const RELAY_LIMIT = 512

/** The mark that stands at `at`, or `undefined`. */
function markAt(body: ByteString, at: number): string | undefined {
  const first = body.charCodeAt(at)
  const mark = first === 0x63 ? CONN : first !== 0x65 ? undefined : body.charCodeAt(at + 1) === 0x76 ? EVENT : ERROR
  return mark !== undefined && startsAt(body, mark, at) ? mark : undefined
}

/** The first program of QNAP behind the headers of relays, its pid, and what separates it from the message. */
const RELAYED = /\bqu?logd\[\d{1,10}\]:? ?/

/**
 * Reads a text line. Its mark counts where the message begins. Behind other text it counts only if the header named no program
 * and `qulogd[` or `qlogd[` stands before it: anybody can write the mark into the log of another program.
 */
function readText(body: ByteString, appname: ByteString | undefined, event: Event): boolean {
  let at = 0
  let mark = markAt(body, 0)
  if (mark === undefined && appname === undefined) {
    const program = RELAYED.exec(body.length > RELAY_LIMIT ? body.slice(0, RELAY_LIMIT) : body)
    if (program === null) return false
    at = program.index + program[0].length
    mark = markAt(body, at)
  }
  if (mark === undefined) return false
  const start = at + mark.length
  setConstants(event, mark === CONN ? 'conn-log' : mark === EVENT ? 'event-log' : 'err-log')
  if (mark === CONN) readConn(body, start, event)
  else if (mark === EVENT) readEventLog(body, start, event)
  else readErrorLog(body, start, event)
  return true
}

/** Known from code only, no line of it was seen: it may have the keys of either log. */
function readErrorLog(body: ByteString, start: number, event: Event): void {
  if (body.includes(RESOURCES, start) && !body.includes(CONTENT, start)) readConn(body, start, event)
  else readEventLog(body, start, event)
}

function readBareFragment(body: ByteString, event: Event): boolean {
  if (!readFragment(body, event)) return false
  setConstants(event, 'event-log')
  return true
}
