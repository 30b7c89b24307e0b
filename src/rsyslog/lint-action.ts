import type { Finding } from './lint.ts'
import type { ConfigObject } from './rainerscript.ts'
import { amount, isOn, lineOf, typeOf } from './settings.ts'

/** What is wrong with the parameters of an action that runs a program, its queue and template aside. */
export function* actionFindings(action: ConfigObject): Generator<Finding> {
  yield* binaryFindings(action)
  if (typeOf(action) === 'omprog') yield* omprogFindings(action)
}

function* binaryFindings(action: ConfigObject): Generator<Finding> {
  const binary = action.parameters.get('binary')
  if (binary === undefined) {
    yield { line: action.line, severity: 'loss', text: 'binary is missing: no program is started' }
    return
  }
  if (!binary.value.trimStart().startsWith('/') && !binary.value.trimStart().startsWith('"/')) {
    yield { line: binary.line, severity: 'loss', text: 'binary is no absolute path: rsyslog searches no PATH, so the program never starts' }
  }
  if (binary.value.includes("'")) {
    yield {
      line: binary.line,
      severity: 'loss',
      text: "binary has single quotes: rsyslog hands them to the program as they are; only double quotes (\\\") group",
    }
  }
}

function* omprogFindings(action: ConfigObject): Generator<Finding> {
  if (isOn(action, 'forcesingleinstance', false)) {
    yield {
      line: lineOf(action, 'forcesingleinstance'),
      severity: 'loss',
      text: 'forceSingleInstance is on: rsyslogd 8.2302 crashes when a start of the program fails, and loses what it has in memory; set "off"',
    }
  }
  if (!isOn(action, 'confirmmessages', false)) {
    yield {
      line: lineOf(action, 'confirmmessages'),
      severity: 'loss',
      text: 'confirmMessages is off: whatever stands in the pipe is lost when naslog or rsyslogd stops; set "on"',
    }
  }
  if (isOn(action, 'usetransactions', false)) {
    yield {
      line: lineOf(action, 'usetransactions'),
      severity: 'loss',
      text: 'useTransactions is on: lines of a transaction are lost when it fails (rsyslog issue 2420), and it is no faster; remove it',
    }
  }
  const retries = amount(action, 'action.resumeretrycount') ?? 0
  if (retries >= 0) {
    yield {
      line: lineOf(action, 'action.resumeretrycount'),
      severity: 'loss',
      text: `action.resumeRetryCount is ${retries}: rsyslog throws lines away when naslog cannot take them for a while; set "-1"`,
    }
  }
  if (!action.parameters.has('hup.signal')) {
    yield {
      line: action.line,
      severity: 'advice',
      text: 'hup.signal is missing: logrotate does not reach naslog, which goes on writing to the renamed file; set "HUP"',
    }
  }
}
