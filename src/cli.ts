import type { Invocation } from './cli/arguments.ts'
import { UsageError } from './cli/usage-error.ts'
import { loadServiceSettings, loadSettings, type Settings } from './config.ts'
import { ConfigurationError, OptionError } from './config/error.ts'
import { exitCodes } from './exit-codes.ts'
import type { Io } from './io.ts'
import { printableText } from './lib/printable.ts'
import { createZones, type Zones } from './zones.ts'

/** Runs the command line and returns the exit code. Everything that a user can get wrong is told on stderr. */
export async function run(io: Io): Promise<number> {
  try {
    const parsed = await understand(io.argv)
    if (typeof parsed === 'string') {
      io.stdout.write(parsed)
      return exitCodes.ok.code
    }
    return await execute(parsed, io)
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`naslog: ${error.message}\nTry 'naslog --help'.\n`)
      return exitCodes.usage.code
    }
    if (error instanceof ConfigurationError) {
      for (const { where, text } of error.complaints) io.stderr.write(`naslog: ${where}: ${text}\n`)
      return error instanceof OptionError ? exitCodes.usage.code : exitCodes.config.code
    }
    throw error
  }
}

/** The usual command line of a filter is empty: it needs no parser, and starts 7 ms sooner without. */
async function understand(argv: readonly string[]): Promise<Invocation | string> {
  if (argv.length === 0) return { command: 'filter', operand: undefined, options: {} }
  const { parseArguments } = await import('./cli/arguments.ts')
  return parseArguments(argv)
}

/** Each command's code is loaded when it runs: the filter starts without the others. */
async function execute({ command, operand, options }: Invocation, io: Io): Promise<number> {
  switch (command) {
    case 'filter': {
      const settings = await loadSettings(options, io.env)
      const { filter } = await import('./modes/filter.ts')
      await filter({ ...settings, zones: zonesOf(settings, io), fileTime: io.stdinChanged, stop: io.stop }, io)
      return exitCodes.ok.code
    }
    case 'omprog': {
      const settings = await loadServiceSettings(options, io.env)
      const { omprog } = await import('./modes/omprog.ts')
      const report = (message: string): void => void io.stderr.write(`naslog: ${printableText(message)}\n`)
      return omprog({ ...settings, zones: zonesOf(settings, io), ...io.service }, { report, now: io.now, stop: io.stop, ...io.service })
    }
    case 'mmexternal': {
      const settings = await loadSettings(options, io.env)
      const { mmexternal } = await import('./modes/mmexternal.ts')
      await mmexternal({ ...settings, zones: zonesOf(settings, io), stop: io.stop }, io)
      return exitCodes.ok.code
    }
    case 'explain': {
      const settings = await loadSettings(options, io.env)
      const { explain } = await import('./modes/explain.ts')
      await explain({ ...settings, zones: zonesOf(settings, io), line: operand === '-' ? undefined : operand }, io)
      return exitCodes.ok.code
    }
    case 'check': {
      const { check } = await import('./modes/check.ts')
      return check(operand === undefined ? options : { ...options, config: operand }, io)
    }
    case 'schema': {
      const { schema } = await import('./modes/schema.ts')
      schema(await loadSettings(options, io.env), io)
      return exitCodes.ok.code
    }
  }
}

function zonesOf({ timezone }: Settings, io: Io): Zones {
  return createZones({ ...timezone, local: io.localZone })
}
