import { isIP } from 'node:net'
import type { Envelope } from './envelope/envelope.ts'
import { FACILITIES, SEVERITIES } from './envelope/priority.ts'
import type { Event } from './event.ts'
import { F } from './fields/index.ts'
import { isDigits } from './lib/digits.ts'

/** Writes what the header says, and what naslog says of the header, into the event. */
export function setHeader(envelope: Envelope, event: Event): void {
  event.set(F['naslog.envelope'], envelope.form)
  const { priority, hostname, appname, procid } = envelope
  if (priority !== undefined) {
    const facility = Math.floor(priority / 8)
    const severity = priority % 8
    event.set(F['log.syslog.priority'], priority)
    event.set(F['log.syslog.facility.code'], facility)
    event.set(F['log.syslog.facility.name'], FACILITIES[facility])
    event.set(F['log.syslog.severity.code'], severity)
    event.set(F['log.syslog.severity.name'], SEVERITIES[severity])
  }
  if (hostname !== undefined) {
    event.set(F['log.syslog.hostname'], hostname)
    if (isAddress(hostname)) event.set(F['host.ip'], [hostname])
    else {
      event.set(F['host.name'], hostname)
      event.set(F['host.hostname'], hostname)
    }
  }
  if (appname !== undefined) {
    event.set(F['log.syslog.appname'], appname)
    event.set(F['process.name'], appname)
  }
  if (procid !== undefined) {
    event.set(F['log.syslog.procid'], procid)
    // Linux pids have at most 7 digits; a PROCID may be any text.
    if (procid.length <= 10 && isDigits(procid)) event.set(F['process.pid'], Number(procid))
  }
  event.set(F['log.syslog.version'], envelope.version)
  event.set(F['log.syslog.msgid'], envelope.msgid)
  event.set(F['naslog.sender.address'], envelope.sender)
  event.set(F['naslog.repeat_count'], envelope.repeatCount)
  if (envelope.problem !== undefined) setHeaderProblem(envelope, event)
}

function setHeaderProblem(envelope: Envelope, event: Event): void {
  if (envelope.problem === 'invalid_envelope') {
    event.fail('invalid_envelope', 'expected the JSON object of the naslog rsyslog template, found broken JSON')
  } else if (envelope.problem !== undefined) event.flag(envelope.problem)
}

/** A name that begins with a digit or holds a colon may be an address; most names need no further look. */
function isAddress(hostname: string): boolean {
  const first = hostname.charCodeAt(0)
  return ((first >= 0x30 && first <= 0x39) || hostname.includes(':')) && isIP(hostname) !== 0
}
