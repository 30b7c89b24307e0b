import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { printableText } from '../lib/printable.ts'
import { writeAll } from '../lib/write-all.ts'
import { azureFiles, azureSteps } from '../setup/azure.ts'
import { datadogFiles, datadogSteps } from '../setup/datadog.ts'
import { elasticsearchFiles, elasticsearchSteps } from '../setup/elasticsearch.ts'
import type { SetupFile } from '../setup/setup-file.ts'

/** The destinations that want to know the fields before records arrive. */
export const setups = {
  elasticsearch: { files: elasticsearchFiles, steps: elasticsearchSteps },
  azure: { files: azureFiles, steps: azureSteps },
  datadog: { files: datadogFiles, steps: datadogSteps },
} as const satisfies Record<string, { files(): SetupFile[]; steps: string }>

export type SetupName = keyof typeof setups

export interface SetupOptions {
  readonly destination: SetupName
  /** Folder in which the folder `naslog-DESTINATION` is made. */
  readonly directory: string
}

/**
 * Writes what a destination needs before records arrive, made of the declared fields, and says what to do with it. Existing files are
 * never touched: if one of them exists, nothing is written. Returns the exit code.
 */
export function initDestination({ destination, directory }: SetupOptions, io: Io): number {
  const complain = (text: string): void => void io.stderr.write(`naslog: ${printableText(text)}\n`)
  const { files, steps } = setups[destination]
  const targets = files().map(({ name, text }) => ({ path: join(directory, `naslog-${destination}`, name), text }))
  const existing = targets.filter(({ path }) => existsSync(path))
  for (const { path } of existing) complain(`${path} exists; nothing was written`)
  if (existing.length > 0) return exitCodes.failed.code
  const fault = writeAll(targets)
  if (fault !== undefined) {
    complain(fault)
    return exitCodes.failed.code
  }
  for (const { path } of targets) io.stdout.write(`wrote ${printableText(path)}\n`)
  io.stdout.write(steps)
  return exitCodes.ok.code
}
