import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { zone as zoneSchema } from '../config/zone.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { printableText } from '../lib/printable.ts'
import { writeFault } from '../lib/system-fault.ts'
import { writeAll } from '../lib/write-all.ts'
import { AnswerError, type DropInAnswers } from '../rsyslog/answers.ts'
import { dropInPath, renderFiles, type InstalledFile } from '../rsyslog/files.ts'
import { readPresent } from '../rsyslog/present.ts'

export interface InitOptions {
  readonly answers: DropInAnswers
  /** Root of the machine to write to: `/`, or a folder to look at the files first. */
  readonly directory: string
  /** Zone of the devices' clocks; absent: that of this machine. */
  readonly timezone?: string
}

/** Where `naslog omprog` writes: what waits, and the records. */
const FOLDERS = ['/var/spool/naslog', '/var/log/naslog'] as const
const FOLDER_MODE = 0o750
const ZONE = /^[A-Za-z0-9+-][A-Za-z0-9_+/:-]{0,63}$/
const MAX_MESSAGE_SIZE = 256 * 1024

/**
 * Writes the rsyslog drop-in, naslog's configuration and a logrotate snippet, makes the folders that `naslog omprog` writes to, and
 * says what to do next. Existing files are never touched: if one of them exists, nothing is written. Returns the exit code.
 */
export function init({ answers, directory, timezone }: InitOptions, io: Io): number {
  const complain = (text: string): void => void io.stderr.write(`naslog: ${printableText(text)}\n`)
  const present = readPresent(directory)
  // Qumulo writes UTC, which naslog knows; a default would be taken for its lines, too.
  const zone = timezone ?? (answers.vendor === 'qumulo' ? undefined : io.localZone)
  let files: InstalledFile[]
  try {
    files = renderFiles({ ...answers, loaded: present.loaded }, zone === undefined ? undefined : zoneText(zone))
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error
    complain(error.message)
    return exitCodes.usage.code
  }

  const targets = files.map(({ path, text }) => ({ path: join(directory, path), text }))
  const existing = targets.filter(({ path }) => existsSync(path))
  for (const { path } of existing) complain(`${path} exists; nothing was written`)
  if (existing.length > 0) return exitCodes.failed.code
  const fault = (answers.mode === 'omprog' ? makeFolders(directory) : undefined) ?? writeAll(targets)
  if (fault !== undefined) {
    complain(fault)
    return exitCodes.failed.code
  }

  if (present.maxMessageSize !== undefined && answers.vendor !== 'qnap' && present.maxMessageSize.bytes < MAX_MESSAGE_SIZE) {
    complain(`${present.maxMessageSize.file} sets a smaller maxMessageSize, which counts: raise it to 256k`)
  }
  for (const { path } of targets) io.stdout.write(`wrote ${printableText(path)}\n`)
  io.stdout.write(nextSteps(files, { answers, directory, user: present.user }))
  return exitCodes.ok.code
}

/** Returns what went wrong, with the path. */
function makeFolders(directory: string): string | undefined {
  for (const folder of FOLDERS) {
    const path = join(directory, folder)
    try {
      mkdirSync(path, { recursive: true, mode: FOLDER_MODE })
    } catch (error) {
      return `${path}: ${writeFault(error)}; nothing was written`
    }
  }
  return undefined
}

interface Situation {
  readonly answers: DropInAnswers
  readonly directory: string
  /** Whom rsyslogd becomes. */
  readonly user: string | undefined
}

function nextSteps(files: readonly InstalledFile[], { answers, directory, user }: Situation): string {
  const configs = files.map(({ path }) => path).filter((path) => path.endsWith('.yaml'))
  const preview = directory !== '/'
  const installed = preview ? `Look at the files, then copy them: cp -R ${printableText(directory)}/. /` : `Look at ${configs.join(', ')}`
  const delivers = answers.mode === 'omprog'
  const owner = delivers && user !== undefined
    ? `   rsyslogd runs as ${printableText(user)}: chown ${printableText(user)} ${FOLDERS.join(' ')}; where AppArmor confines it, see docs/operations.md\n`
    : ''
  const driver = answers.ports.tls === undefined ? '' : 'TLS needs the package rsyslog-gnutls (Debian, Red Hat); then '
  const events = delivers ? 'Their events follow in /var/log/naslog/; naslog says what is wrong in /var/log/naslog*.log' : 'Their events follow in /var/log/naslog*.json'
  return `1. ${installed}
${owner}   Test ${configs.length === 1 ? 'it' : 'each'}: naslog check ${configs[0]} --rsyslog ${dropInPath}
2. ${driver}rsyslogd -N1 && systemctl restart rsyslog
3. Point the devices at this machine. ${events}
`
}

function zoneText(zone: string): string {
  if (!ZONE.test(zone) || !zoneSchema.safeParse(zone).success) throw new AnswerError(`--timezone: expected a time zone such as Europe/Rome, UTC or +02:00, found ${JSON.stringify(zone.slice(0, 80))}`)
  return zone
}
