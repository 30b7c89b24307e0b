import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { printableText } from '../lib/printable.ts'
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

const ZONE = /^[A-Za-z0-9+-][A-Za-z0-9_+/:-]{0,63}$/
const MAX_MESSAGE_SIZE = 256 * 1024

/**
 * Writes the rsyslog drop-in, naslog's configuration and a logrotate snippet, and says what to do next. Existing files are
 * never touched: if one of them exists, nothing is written. Returns the exit code.
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
  const fault = writeAll(targets)
  if (fault !== undefined) {
    complain(fault)
    return exitCodes.failed.code
  }

  if (present.maxMessageSize !== undefined && answers.vendor !== 'qnap' && present.maxMessageSize.bytes < MAX_MESSAGE_SIZE) {
    complain(`${present.maxMessageSize.file} sets a smaller maxMessageSize, which counts: raise it to 256k`)
  }
  for (const { path } of targets) io.stdout.write(`wrote ${printableText(path)}\n`)
  io.stdout.write(nextSteps(answers, files[1]!.path))
  return exitCodes.ok.code
}

function nextSteps({ config, clusters }: DropInAnswers, firstConfig: string): string {
  const yaml = clusters === undefined ? config : firstConfig
  return `1. Look at ${yaml}, then test it: naslog check ${yaml} --rsyslog ${dropInPath}
2. rsyslogd -N1 && systemctl restart rsyslog
3. Point the devices at this machine; their events follow. naslog says what is wrong in /var/log/naslog*.log
`
}

function zoneText(zone: string): string {
  if (!ZONE.test(zone)) throw new AnswerError(`timezone: expected a name such as Europe/Rome, found ${JSON.stringify(zone.slice(0, 80))}`)
  return zone
}
